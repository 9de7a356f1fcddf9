// Finds a work of the library and puts its citation where the cursor is. Ctrl+K (on a Mac ⌘K) opens it.

const WAIT = 200; // milliseconds after the last key
const PLACE = "textarea.writing"; // a text added later is one too
const source = document.querySelector("[data-works]")?.dataset.works;

let textarea = null;
let cursor = [0, 0]; // browsers forget it while a dialog is open
let works = [];
let chosen = 0;
let timer = 0;
let asked = null;

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const input = element("input", {
  type: "text", id: "picker-query", role: "combobox", autocomplete: "off", "aria-expanded": "true",
  "aria-controls": "picker-works", "aria-autocomplete": "list",
});
const list = element("ul", { id: "picker-works", role: "listbox", "aria-label": "Works" });
const said = element("p", { class: "quiet", role: "status" });
const label = element("label", { for: "picker-query" }, "Cite a work: key, title, author or DOI");
const keys = element("p", { class: "quiet" }, "Arrow keys choose, Enter inserts, Esc closes.");
const dialog = element("dialog", { class: "picker", "aria-label": "Cite a work" }, label, input, said, list, keys);

function show() {
  list.replaceChildren(...works.map((work, index) => {
    const option = element("li", { role: "option", id: `picker-${index}`, "aria-selected": String(index === chosen) });
    option.append(element("code", {}, `@${work.key}`), " ", work.words);
    if (work.note) option.append(" ", element("span", { class: "chip chip-bad" }, work.note));
    option.addEventListener("click", () => insert(index));
    return option;
  }));
  if (works.length) input.setAttribute("aria-activedescendant", `picker-${chosen}`);
  else input.removeAttribute("aria-activedescendant");
  list.children[chosen]?.scrollIntoView({ block: "nearest" });
}

async function search() {
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(`${source}?${new URLSearchParams({ q: input.value })}`, { signal: asked.signal });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    ({ works } = await answer.json());
    said.textContent = works.length ? `${works.length} works` : "No work matches. Add it to the library first.";
  } catch (error) {
    if (error.name === "AbortError") return;
    works = [];
    said.textContent = "The library did not answer. Are you still logged in?";
  }
  chosen = 0;
  show();
}

function open(place) {
  textarea = place;
  cursor = [place.selectionStart, place.selectionEnd];
  input.value = "";
  dialog.showModal();
  input.focus();
  search();
}

/** The citation as it fits at the cursor: inside of brackets that cite already it joins them. */
function citation(key) {
  const before = textarea.value.slice(0, textarea.selectionStart);
  const inside = /\[@[^[\]]*$/.test(before) && /^[^[\]]*\]/.test(textarea.value.slice(textarea.selectionEnd));
  if (inside) return `; @${key}`;
  return `${before && !/[\s([]$/.test(before) ? " " : ""}[@${key}]`;
}

function back() {
  textarea.focus();
  textarea.setSelectionRange(...cursor);
}

function insert(index) {
  const work = works[index];
  if (!work) return;
  dialog.close();
  back();
  const words = citation(work.key);
  // The old command keeps what was typed undoable; where it is gone, the text is set.
  if (!document.execCommand("insertText", false, words)) {
    textarea.setRangeText(words, textarea.selectionStart, textarea.selectionEnd, "end");
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
  }
  cursor = [textarea.selectionStart, textarea.selectionEnd];
}

function move(event) {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps && works.length) {
    event.preventDefault();
    chosen = (chosen + steps[event.key] + works.length) % works.length;
    show();
  } else if (event.key === "Enter") {
    event.preventDefault();
    insert(chosen);
  }
}

if (source) {
  document.body.append(dialog);
  input.addEventListener("keydown", move);
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, WAIT);
  });
  dialog.addEventListener("close", back);
  for (const place of document.querySelectorAll(PLACE)) {
    const button = element("button", { type: "button", class: "button cite" }, "Cite a work (Ctrl+K)");
    place.before(button);
  }
  document.addEventListener("click", ({ target }) => {
    if (target.matches("button.cite")) open(target.closest(".form-row").querySelector(PLACE));
  });
  document.addEventListener("keydown", (event) => {
    const isK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (!isK || !event.target.matches(PLACE)) return;
    event.preventDefault();
    open(event.target);
  });
}
