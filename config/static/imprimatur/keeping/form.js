// Keeps what is typed into the one form of a page, and offers it again: after an expired login, a closed tab, in
// another browser. The page says what it holds of the form already, which kinds of fields are kept (a password is of
// no such kind), and whether what was typed comes back at once or is offered.

import { Keeper } from "./keeper.js";
import { teller } from "./telling.js";

const PATIENCE = 1500; // milliseconds that sending a form waits until what was typed is kept
const TOTAL = "renditions-TOTAL_FORMS";

const page = JSON.parse(document.getElementById("typed")?.textContent ?? "null");
const typing = document.querySelector("[data-typing]");
const name = typing?.dataset.typing;
const kinds = new Set(typing?.dataset.kinds.split(" "));
const form = typing && document.querySelector(typing.dataset.where);

const same = (value) => String(value).replaceAll("\r\n", "\n").trim();
const fields = () => [...form.elements].filter((field) => field.name && field.name !== "csrfmiddlewaretoken" && kinds.has(field.type));

/** What stands in the form: a choice by its name, a box as on or off. */
function typed() {
  const said = fields().filter((field) => field.type !== "radio" || field.checked);
  return Object.fromEntries(said.map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value]));
}

/** Whether something in `value` that a person types is not on the page. */
function differs(value, from) {
  return Object.keys(value).some((part) => part !== "seen" && same(value[part]) !== same(from[part] ?? ""));
}

function bringBack(value) {
  const more = document.querySelector(".add-row a");
  while (more && Number(form.elements[TOTAL].value) < Number(value[TOTAL])) more.click();
  for (const field of fields().filter((one) => one.name in value && one.name !== TOTAL)) {
    if (field.type === "radio") field.checked = field.value === value[field.name];
    else if (field.type === "checkbox") field.checked = value[field.name] === true;
    else field.value = value[field.name];
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Only where the page says nothing itself: what the server sent is newer. */
function fillOpen(value) {
  const present = typed();
  const open = Object.entries(value).filter(([part, said]) => said && !present[part]);
  if (!open.length) return;
  bringBack(Object.fromEntries(open));
  ask("Your autosaved input is back in the fields.", []);
}

function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button";
  made.append(words);
  made.addEventListener("click", act);
  return made;
}

/** Asks in a box above the form; every answer closes it. */
function ask(words, answers) {
  document.querySelector(".kept.asks")?.remove();
  const notice = document.createElement("div");
  notice.className = "kept asks panel";
  notice.setAttribute("role", "status");
  const said = document.createElement("p");
  said.textContent = words;
  notice.append(said);
  for (const [answer, act] of answers) {
    notice.append(button(answer, () => { notice.remove(); act(); }), " ");
  }
  form.before(notice);
}

function forgetting(keeper) {
  return () => keeper.keep(name, {});
}

function offer(keeper, value) {
  ask("You have autosaved input that you did not save.", [
    ["Restore it", () => bringBack(value)],
    ["Discard it", forgetting(keeper)],
  ]);
}

function contradict(keeper, value) {
  ask("This form was also changed in another tab or on another device. Your input is still in the fields.", [
    ["Use the other version", () => bringBack(value)],
    ["Keep mine", () => keeper.keep(name, typed())],
  ]);
}

function begin() {
  const keeper = new Keeper({ ...page, ...teller(typing.dataset.until, page.login), onConflict: (_, value) => contradict(keeper, value) });
  const unsent = new Map(keeper.unsent()).get(name);
  if (unsent) keeper.seen.set(name, unsent.seen);
  const held = unsent?.value ?? page.drafts[name]?.value;
  if (!form) leftOver(keeper, unsent);
  else watch(keeper, held);
}

/** The form is gone; what only this browser holds is sent to the server, which shows it. */
function leftOver(keeper, unsent) {
  const { onState } = keeper;
  const again = (state) => (state === "saved" ? location.reload() : onState(state));
  document.querySelector("[data-forget]")?.addEventListener("click", () => {
    keeper.onState = again;
    forgetting(keeper)();
  });
  if (!unsent) return;
  keeper.onState = again;
  keeper.keep(name, unsent.value);
}

function watch(keeper, held) {
  const pristine = typed();
  const isSentBack = document.querySelector(".collision, .errornote, .refusal") !== null;
  if (held && typing.dataset.brings) fillOpen(held);
  else if (held && differs(held, pristine)) offer(keeper, held);
  else if (held && !isSentBack) forgetting(keeper)();
  form.addEventListener("input", () => keeper.keep(name, differs(typed(), pristine) || isSentBack ? typed() : {}));
  holdBack(keeper);
}

/** The form is sent when the server has what was typed, so that nothing typed arrives after it. */
function holdBack(keeper) {
  let isReady = false;
  let isWaiting = false;
  form.addEventListener("submit", async (event) => {
    if (isReady || event.submitter?.name === "_preview") return;
    event.preventDefault();
    if (isWaiting) return;
    isWaiting = true;
    await Promise.race([keeper.flushed(), new Promise((done) => setTimeout(done, PATIENCE))]);
    setTimeout(() => { // not before this event is over: browsers take no second one within it
      isReady = true;
      form.requestSubmit(event.submitter);
    });
  });
  window.addEventListener("pageshow", () => { isReady = isWaiting = false; });
}

if (page?.sent) {
  const keeper = new Keeper({ ...page, onState() {}, onTrouble() {}, onConflict() {} });
  for (const one of page.sent) keeper.forget(one);
} else if (page) {
  begin();
}
