// Buttons over a text: each writes the Markdown that can be typed by hand as well.

import { replace } from "./typing.js";

const PLACE = "textarea.writing"; // a text added later is one too
const TABLE = "| Column | Column |\n| --- | --- |\n| Text | Text |\n";
const PLAIN = "0123456789+-=()";
const RAISED = new Map([...PLAIN, "n", "i"].map((letter, place) => [letter, [..."⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ"][place]]));
const LOWERED = new Map([...PLAIN, ..."aeoxhklmnpst"].map((letter, place) => [letter, [..."₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜ"][place]]));

/** Put `mark` around the selection, or take it away. */
function around(mark) {
  return (field) => {
    const { selectionStart: start, selectionEnd: end, value } = field;
    const words = value.slice(start, end);
    const size = mark.length;
    const before = value.slice(0, start).match(/\**$/)[0].length;
    const after = value.slice(end).match(/^\**/)[0].length;
    const isInside = [before, after].every((stars) => stars === size || stars === 3);
    if (isInside) replace(field, start - size, end + size, words, 0, words.length);
    else replace(field, start, end, mark + words + mark, size, size + words.length);
    return "";
  };
}

/** Begin each selected line as `begin` says, or end that. `old` is what such lines begin with. */
function lines(begin, old) {
  return (field) => {
    const { selectionStart: start, selectionEnd: end, value } = field;
    const from = value.lastIndexOf("\n", start - 1) + 1;
    const until = value.indexOf("\n", end) < 0 ? value.length : value.indexOf("\n", end);
    const rows = value.slice(from, until).split("\n");
    const isSet = rows.every((row) => !row.trim() || old.test(row));
    const isBlank = rows.every((row) => !row.trim());
    const bare = rows.map((row) => row.replace(/^(?:#{1,6} |[-*+] |\d+[.)] )/, ""));
    const made = isSet && !isBlank ? bare : bare.map((row, place) => (row.trim() || isBlank ? begin(place) + row : row));
    const words = made.join("\n");
    replace(field, from, until, words, rows.length > 1 ? 0 : words.length, words.length);
    return "";
  };
}

/** Write the selected characters as Unicode's small ones, which every reader and search shows. */
function small(letters, name) {
  const plain = new Map([...letters].map(([letter, other]) => [other, letter]));
  return (field) => {
    const { selectionStart: start, selectionEnd: end, value } = field;
    const chosen = [...value.slice(start, end).replaceAll("−", "-")];
    if (!chosen.length) return `Select the characters first, such as the 2 in ${name === "subscript" ? "CO2" : "m2"}.`;
    const table = chosen.every((letter) => plain.has(letter)) ? plain : letters;
    const unknown = chosen.find((letter) => !table.has(letter));
    if (unknown) return `There is no ${name} for “${unknown}”.`;
    const words = chosen.map((letter) => table.get(letter)).join("");
    replace(field, start, end, words, 0, words.length);
    return "";
  };
}

function link(field) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const words = value.slice(start, end);
  if (/^https?:\/\/\S+$/.test(words)) replace(field, start, end, `[words](${words})`, 1, 6);
  else replace(field, start, end, `[${words || "words"}](https://)`, (words || "words").length + 3, (words || "words").length + 11);
  return "";
}

function table(field) {
  const { selectionEnd: at, value } = field;
  const before = value.slice(0, at);
  const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  replace(field, at, at, `${gap}${TABLE}${value.slice(at).startsWith("\n") ? "" : "\n"}`, gap.length + 2, gap.length + 8);
  return "";
}

/** Each tool: name, sign, key as the browser names it, key in words, and what it does. Citing is the picker's. */
const TOOLS = [
  ["Heading", "H", { code: "Digit2", alt: true }, "Ctrl+Alt+2", lines(() => "## ", /^## /)],
  ["Bold", "B", { key: "b" }, "Ctrl+B", around("**")],
  ["Italic", "I", { key: "i" }, "Ctrl+I", around("*")],
  ["Bulleted list", "•", { code: "Digit8", shift: true }, "Ctrl+Shift+8", lines(() => "- ", /^[-*+] /)],
  ["Numbered list", "1.", { code: "Digit7", shift: true }, "Ctrl+Shift+7", lines((place) => `${place + 1}. `, /^\d+[.)] /)],
  ["Table", "▦", { code: "Digit9", shift: true }, "Ctrl+Shift+9", table],
  ["Subscript", "x₂", { key: "," }, "Ctrl+,", small(LOWERED, "subscript")],
  ["Superscript", "x²", { key: "." }, "Ctrl+.", small(RAISED, "superscript")],
  ["Link", "↗", { key: "l", shift: true }, "Ctrl+Shift+L", link],
].map(([name, sign, key, keys, act]) => ({ name, sign, key, keys, act }));

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function bar() {
  const buttons = TOOLS.map(({ name, sign, keys }, place) => element("button", {
    type: "button", class: "tool", "data-tool": place, "aria-label": name, title: `${name} (${keys})`,
    "aria-keyshortcuts": keys.replace("Ctrl", "Control"), tabindex: place ? "-1" : "0",
  }, sign));
  const cite = element("button", { type: "button", class: "tool cite", tabindex: "-1" }, "Cite a work (Ctrl+K)");
  const made = element("div", { class: "tools", role: "toolbar", "aria-label": "Formatting" }, ...buttons, cite);
  return [made, element("p", { class: "quiet tools-said", role: "status" })];
}

/** The text that a toolbar belongs to. Rows of new texts are copied, so nothing is kept here. */
const fieldOf = (part) => part.closest(".form-row").querySelector(PLACE);

function use(field, tool) {
  field.closest(".form-row").querySelector(".tools-said").textContent = tool.act(field);
  field.focus();
}

function pressed(event) {
  if (!(event.ctrlKey || event.metaKey) || !event.target.matches?.(PLACE)) return;
  const tool = TOOLS.find(({ key }) => (key.code ? key.code === event.code : key.key === event.key.toLowerCase())
    && Boolean(key.shift) === event.shiftKey && Boolean(key.alt) === event.altKey);
  if (!tool) return;
  event.preventDefault();
  use(event.target, tool);
}

/** One stop for the Tab key; arrow keys lead from tool to tool. */
function move(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1, Home: "first", End: "last" }[event.key];
  const tools = step && event.target.closest?.(".tools");
  if (!tools) return;
  event.preventDefault();
  const all = [...tools.querySelectorAll("button")];
  const place = step === "first" ? 0 : step === "last" ? all.length - 1 : (all.indexOf(event.target) + step + all.length) % all.length;
  for (const one of all) one.tabIndex = one === all[place] ? 0 : -1;
  all[place].focus();
}

for (const field of document.querySelectorAll(PLACE)) field.before(...bar());
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("button[data-tool]");
  if (button) use(fieldOf(button), TOOLS[Number(button.dataset.tool)]);
});
document.addEventListener("keydown", (event) => {
  pressed(event);
  move(event);
});
