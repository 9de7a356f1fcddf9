// Keeps in this tab what is typed and not saved. After an expired login or a reload it is offered again, together with
// the mark of the draft that it was typed over: whoever saved in between is seen when it is saved.

const panel = document.querySelector("[data-preview]");
const form = panel?.closest("form");
const key = `typed ${location.pathname}`;
const TOTAL = "renditions-TOTAL_FORMS";

const same = (value) => String(value).replaceAll("\r\n", "\n").trim();
const fields = () => [...form.elements].filter(({ name, type }) => name && name !== "csrfmiddlewaretoken" && type !== "submit");
const valueOf = (field) => (field.type === "checkbox" ? field.checked : field.value);
const typed = () => Object.fromEntries(fields().map((field) => [field.name, valueOf(field)]));

/** Whether something in ``kept`` that a person types is not on the page. */
function differs(kept) {
  const present = typed();
  return Object.keys(kept).some((name) => name !== "seen" && same(kept[name]) !== same(present[name] ?? ""));
}

function bringBack(kept) {
  const more = document.querySelector(".add-row a");
  while (more && Number(form.elements[TOTAL].value) < Number(kept[TOTAL])) more.click();
  for (const field of fields().filter(({ name }) => name in kept && name !== TOTAL)) {
    if (field.type === "checkbox") field.checked = kept[field.name];
    else field.value = kept[field.name];
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button";
  made.append(words);
  made.addEventListener("click", act);
  return made;
}

function offer(kept) {
  const notice = document.createElement("div");
  notice.className = "kept panel";
  notice.setAttribute("role", "status");
  const words = document.createElement("p");
  words.textContent = "What you typed here before and did not save is kept in this tab.";
  notice.append(
    words,
    button("Bring it back", () => { notice.remove(); bringBack(kept); }),
    " ",
    button("Forget it", () => { notice.remove(); sessionStorage.removeItem(key); }),
  );
  form.before(notice);
}

if (form) {
  let isUnsaved = document.querySelector(".collision, .errornote") !== null;
  const kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
  if (kept && differs(kept)) offer(kept);
  else if (!isUnsaved) sessionStorage.removeItem(key);
  form.addEventListener("input", () => {
    isUnsaved = true;
    sessionStorage.setItem(key, JSON.stringify(typed()));
  });
  form.addEventListener("submit", () => { isUnsaved = false; });
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved) event.preventDefault();
  });
}
