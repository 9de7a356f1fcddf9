// Finds a work of the library, or adds one, and puts its citation where the cursor is. Ctrl+K (on a Mac ⌘K) opens it.

import { Adding } from "../works/adding.js";
import { type } from "./typing.js";

const WAIT = 200; // milliseconds after the last key
const PLACE = "textarea.writing"; // a text added later is one too
const { works: source, adding: address } = document.querySelector("[data-works]")?.dataset ?? {};

let textarea = null;
let cursor = [0, 0]; // browsers forget it while a dialog is open
let works = [];
let searched = null; // what the works on the page were searched by
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
const more = element("button", { type: "button", class: "button" }, "Add a work that is not here");
const finding = element("div", {}, label, input, said, list, element("p", {}, more), keys);
const back = element("button", { type: "button", class: "button" }, "Back to the library");
const told = element("p", { class: "quiet", role: "status" });
const form = element("form", { id: "work-in-draft", class: "add-work", novalidate: "" });
const head = element("div", { class: "picker-head" }, element("h2", {}, "Add a work and cite it"), back);
const adds = element("div", { hidden: "" }, head, told, form);
const dialog = element("dialog", { class: "picker", "aria-label": "Cite a work" }, finding, adds);
const adding = new Adding({ form, said: told, address, cite: insertKey });

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
  const query = input.value;
  try {
    const answer = await fetch(`${source}?${new URLSearchParams({ q: query })}`, { signal: asked.signal });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    ({ works } = await answer.json());
    searched = query;
    said.textContent = works.length ? `${works.length} works` : "No work matches. Press Enter to add it.";
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
  dialog.showModal();
  if (adding.isBegun) return; // what was typed there is still there
  input.value = "";
  searched = null;
  turn(false);
  search();
}

/** Show the search, or the steps of adding a work. */
function turn(isAdding) {
  finding.hidden = isAdding;
  adds.hidden = !isAdding;
  dialog.classList.toggle("wide", isAdding);
  if (!isAdding) input.focus();
}

function add(pasted) {
  turn(true);
  adding.begin(pasted);
}

/** The citation as it fits at the cursor: inside of brackets that cite already it joins them. */
function citation(key) {
  const before = textarea.value.slice(0, textarea.selectionStart);
  const inside = /\[@[^[\]]*$/.test(before) && /^[^[\]]*\]/.test(textarea.value.slice(textarea.selectionEnd));
  if (inside) return `; @${key}`;
  return `${before && !/[\s([]$/.test(before) ? " " : ""}[@${key}]`;
}

function goBack() {
  textarea.focus();
  textarea.setSelectionRange(...cursor);
}

function insert(index) {
  const work = works[index];
  if (work) insertKey(work.key);
}

/** Cite a work. The event "close" comes later, when somebody may be typing already. */
function insertKey(key) {
  dialog.removeEventListener("close", goBack);
  dialog.addEventListener("close", () => dialog.addEventListener("close", goBack), { once: true });
  dialog.close();
  goBack();
  type(textarea, citation(key));
  cursor = [textarea.selectionStart, textarea.selectionEnd];
}

/** Insert the chosen work, or add what was typed: only once the works are those of what was typed. */
async function enter() {
  clearTimeout(timer);
  if (searched !== input.value) await search();
  if (searched !== input.value) return;
  if (works.length) insert(chosen);
  else if (input.value.trim()) add(input.value);
}

function move(event) {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps && works.length) {
    event.preventDefault();
    chosen = (chosen + steps[event.key] + works.length) % works.length;
    show();
  } else if (event.key === "Enter") {
    event.preventDefault();
    enter();
  }
}

if (source) {
  document.body.append(dialog);
  input.addEventListener("keydown", move);
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, WAIT);
  });
  dialog.addEventListener("close", goBack);
  more.addEventListener("click", () => add(""));
  back.addEventListener("click", () => {
    adding.isBegun = false;
    turn(false);
    search();
  });
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
