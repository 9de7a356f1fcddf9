// The review desk: puts the modules together. Without it the page works as one long page with forms.

import { Claims } from "./claims.js";
import { clear, contradict, fill, forms, reason, refuse, typed } from "./forms.js";
import { Keeper } from "../keeping/keeper.js";
import { teller } from "../keeping/telling.js";
import { isAcross, offer, selected } from "./selection.js";

const desk = document.getElementById("desk");
const saved = document.getElementById("saved");
const help = document.getElementById("help");
const hint = document.getElementById("across");
const page = JSON.parse(document.getElementById("typed").textContent);
document.body.classList.add("desk-live");

const claims = new Claims();
const keeper = new Keeper({
  ...page,
  ...teller("desk", page.login),
  onConflict: (key, value) => {
    const form = formOf(key);
    contradict(form, value, () => keeper.keep(key, typed(form)));
  },
});

function formOf(key) {
  return forms().find((form) => form.dataset.key === key);
}

// --- what was typed -------------------------------------------------------------------------------------------------

for (const [key, draft] of Object.entries(page.drafts)) {
  const form = formOf(key);
  if (form) fill(form, draft.value);
}
for (const [key, held] of keeper.unsent()) {
  const form = formOf(key);
  if (!form) continue;
  fill(form, held.value);
  keeper.seen.set(key, held.seen);
  const pressed = held.pressed && form.querySelector(`.verdict-button[value="${CSS.escape(held.pressed)}"]`);
  if (pressed) setTimeout(() => form.requestSubmit(pressed));
  else keeper.keep(key, held.value);
}
desk.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-key]");
  if (form) keeper.keep(form.dataset.key, typed(form));
});

// --- what is sent ---------------------------------------------------------------------------------------------------

const busy = new Map();
const unsent = new Map();
let last = Promise.resolve();

/** One after the other: of two answers under way at once, the older could come last and its progress would stay. */
function inLine(send) {
  const turn = last.then(send);
  last = turn.catch(() => {});
  return turn;
}

desk.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-key]");
  if (!form) return;
  event.preventDefault();
  submit(form, event.submitter);
});

async function submit(form, button) {
  if (busy.has(form)) {
    busy.set(form, button); // what was pressed last is what is meant
    return;
  }
  busy.set(form, null);
  if (button?.name === "verdict") press(form, button.value);
  const body = new FormData(form, button?.name ? button : undefined);
  body.delete("csrfmiddlewaretoken");
  keeper.onState("waiting");
  try {
    await keeper.settled(form.dataset.key);
    if (keeper.isOut) await keeper.renew();
    const answer = await inLine(() => keeper.post(form.action, body));
    unsent.delete(form);
    if (answer.ok) kept(form, answer.body);
    else turnedDown(form, answer.body);
  } catch (error) {
    keeper.failed(error);
    keeper.remember(form.dataset.key, typed(form), button?.name === "verdict" ? button.value : "");
    unsent.set(form, button);
    setTimeout(again, 4000);
  } finally {
    const next = busy.get(form);
    busy.delete(form);
    if (next?.name === "verdict") submit(form, next);
  }
}

function again() {
  for (const [form, button] of [...unsent]) submit(form, button);
}
window.addEventListener("online", again);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && again());
window.addEventListener("beforeunload", (event) => {
  if (unsent.size || busy.size) event.preventDefault();
});

function press(form, verdict) {
  for (const one of form.querySelectorAll(".verdict-button")) {
    one.setAttribute("aria-pressed", String(one.value === verdict));
  }
}

function turnedDown(form, body) {
  keeper.keep(form.dataset.key, typed(form));
  refuse(form, reason(body));
  if (form.classList.contains("verdict-form")) press(form, form.dataset.given ?? "");
}

function kept(form, body) {
  keeper.forget(form.dataset.key);
  refuse(form, "");
  showProgress(body.progress);
  if (body.claim) claims.restate(body.claim);
  if (form.classList.contains("verdict-form")) {
    const given = body.verdicts[form.elements.reference.value];
    form.elements.seen.value = given.seen;
    form.dataset.given = given.verdict;
    form.closest(".cited").dataset.checked = "yes";
    form.querySelector(".confirm-button")?.closest("p").remove();
    aim();
  } else {
    showComment(form);
    clear(form);
    const box = form.closest("details");
    if (box) box.open = false;
    form.closest(".evidence")?.focus({ preventScroll: true });
    goBack();
  }
}

function showProgress({ settled, words }) {
  document.getElementById("progress-bar").value = settled;
  document.getElementById("progress-words").textContent = words;
}

/** The comment as it was sent, until the page is opened again. */
function showComment(form) {
  const said = typed(form);
  const shown = document.createElement("article");
  shown.className = "comment";
  const by = document.createElement("p");
  by.className = "by";
  by.textContent = said.is_blocking ? "You, just now. Blocking" : "You, just now";
  shown.append(by);
  for (const [name, tag] of [["quote", "blockquote"], ["text", "div"], ["proposal", "blockquote"]]) {
    if (!said[name]) continue;
    const part = document.createElement(tag);
    part.className = name === "text" ? "words" : name;
    part.dir = "auto";
    part.textContent = said[name];
    shown.append(part);
  }
  const place = form.closest(".comment") ?? form.closest(".evidence, .panel").querySelector(".threads");
  place.querySelector(":scope > .empty")?.remove();
  if (place.classList.contains("comment")) form.closest("details").before(shown);
  else place.append(shown);
}

// --- keys -----------------------------------------------------------------------------------------------------------

const KEYS = {
  Escape: () => window.getSelection().removeAllRanges(),
  n: () => claims.step(1),
  j: () => claims.step(1),
  p: () => claims.step(-1),
  k: () => claims.step(-1),
  o: () => claims.nextOpen(),
  ".": () => claims.change(1),
  ",": () => claims.change(-1),
  c: comment,
  "?": () => help.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
  if (event.target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")) {
    if (event.key === "Escape") claims.chosen?.focus({ preventScroll: true });
    return;
  }
  const act = KEYS[event.key] ?? verdictKey(event.key);
  if (!act) return;
  event.preventDefault();
  act();
});

function verdictKey(key) {
  const work = aimed();
  const button = work?.querySelector(`.verdict-form button[data-key="${CSS.escape(key)}"]`);
  return button && (() => {
    work.dataset.checked = "yes";
    button.form.requestSubmit(button);
    aim();
    aimed().scrollIntoView({ block: "nearest" });
  });
}

/** The work that a verdict key goes to: where the focus is, else the first of the claim that is not checked. */
function aimed() {
  const works = claims.chosen ? [...claims.chosen.querySelectorAll(".cited")] : [];
  const here = document.activeElement.closest?.(".cited");
  return works.includes(here) ? here : works.find((one) => one.dataset.checked !== "yes") ?? works[0];
}

/** Show which work that is. */
function aim() {
  const work = aimed();
  for (const one of claims.chosen?.querySelectorAll(".cited") ?? []) one.classList.toggle("aimed", one === work);
}
document.addEventListener("claim-chosen", aim);
desk.addEventListener("focusin", aim);
desk.addEventListener("focusout", () => setTimeout(aim));

let left = null; // where the text was left to comment on its words at the end of the page

function goBack() {
  if (left === null) return;
  window.scrollTo({ top: left });
  left = null;
  document.activeElement.blur();
}

/** Begin a comment: on the selected words, else on the chosen claim. */
function comment() {
  hint.hidden = !isAcross();
  if (!hint.hidden) return;
  const words = selected();
  const panel = words ? claims.panels.find((one) => one.dataset.claim === words.claim) : claims.chosen;
  if (panel && panel !== claims.chosen) claims.choose(panel, { moves: false });
  const form = panel ? panel.querySelector(".add-comment > .comment-form[data-key^='comment:']") ?? formOf(`comment:${panel.dataset.claim}`) : formOf("comment:passage");
  const box = form.closest("details");
  if (box) box.open = true;
  left = panel ? null : window.scrollY;
  if (words) {
    form.elements.quote.value = words.quote;
    window.getSelection().removeAllRanges();
    keeper.keep(form.dataset.key, typed(form));
  }
  form.elements.text.focus();
  form.scrollIntoView({ block: "nearest" });
}

document.getElementById("open-help").addEventListener("click", () => help.showModal());
offer(document.getElementById("comment-selection"), comment);
document.addEventListener("selectionchange", () => { hint.hidden ||= !isAcross(); });
for (const form of forms()) {
  const given = form.querySelector(".verdict-button[aria-pressed=true]");
  if (given) form.dataset.given = given.value;
}
claims.fromAddress();
saved.textContent = "Everything is saved";
saved.dataset.state = "saved";
