// Buttons over a text: each writes the Markdown that can be typed by hand as well.

import { replace } from "./typing.js";

const PLACE = "textarea.writing"; // a text added later is one too
const TABLE = "| Column | Column |\n| --- | --- |\n| Text | Text |\n";

/** Subscript and superscript: Pandoc's sign, HTML's element, and between which characters the sign is read as one. */
const SCRIPTS = {
  subscript: { sign: "~", tag: "sub", before: /[\p{L}\p{N}_)*]$/u, after: /^[\d~]/, example: "CO2" },
  superscript: { sign: "^", tag: "sup", before: /(?:^|[^^])$/, after: /^[\d^]/, example: "m2" },
};
const NOT_IN_SCRIPTS = /[~^<>[\]\\`*_@\n]/;
const MOST_IN_SIGNS = 40;
const MOST_IN_TAGS = 80;

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

/** Put the signs of a script around the selected characters, or take them away. */
function script(name) {
  const { sign, tag, before, after, example } = SCRIPTS[name];
  const pairs = [[sign, sign], [`<${tag}>`, `</${tag}>`]];
  return (field) => {
    const { value } = field;
    const chosen = value.slice(field.selectionStart, field.selectionEnd);
    const words = chosen.trim();
    if (!words) return `Select the characters first, such as the 2 in ${example}.`;
    const start = field.selectionStart + chosen.indexOf(words);
    const end = start + words.length;
    for (const [open, close] of pairs) {
      const outside = value.slice(0, start).endsWith(open) && value.slice(end).startsWith(close);
      const inside = words.length > open.length + close.length && words.startsWith(open) && words.endsWith(close);
      if (!outside && !inside) continue;
      const bare = (outside ? words : words.slice(open.length, -close.length)).replaceAll("\\ ", " ");
      replace(field, outside ? start - open.length : start, outside ? end + close.length : end, bare, 0, bare.length);
      return "";
    }
    const unfit = NOT_IN_SCRIPTS.exec(words);
    if (unfit) return unfit[0] === "\n" ? `A ${name} stays in one line.` : `A ${name} cannot hold “${unfit[0]}”.`;
    if (words.length > MOST_IN_TAGS) return `A ${name} has at most ${MOST_IN_TAGS} characters.`;
    const signed = words.replaceAll(/\s/g, "\\ ");
    const isSigned = signed.length <= MOST_IN_SIGNS && before.test(value.slice(0, start)) && !after.test(value.slice(end));
    const [open, close] = pairs[isSigned ? 0 : 1];
    const written = isSigned ? signed : words;
    replace(field, start, end, open + written + close, open.length, open.length + written.length);
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

/** Refer to a new footnote, and go on writing in it, at the end of the text. */
function footnote(field) {
  const { selectionEnd: at, value } = field;
  const labels = new Set([...value.matchAll(/\[\^([^\]\s]+)\]/g)].map((found) => found[1]));
  let label = 1;
  while (labels.has(String(label))) label += 1;
  const reference = `[^${label}]`;
  replace(field, at, at, reference, reference.length, reference.length);
  const text = field.value;
  const gap = text.endsWith("\n\n") ? "" : text.endsWith("\n") ? "\n" : "\n\n";
  const begun = `${gap}${reference}: `;
  replace(field, text.length, text.length, begun, begun.length, begun.length);
  return "Write the footnote here.";
}

/** Each tool: name, sign, key as the browser names it, key in words, and what it does. Citing is the picker's. */
const TOOLS = [
  ["Heading", "H", { code: "Digit2", alt: true }, "Ctrl+Alt+2", lines(() => "## ", /^## /)],
  ["Bold", "B", { key: "b" }, "Ctrl+B", around("**")],
  ["Italic", "I", { key: "i" }, "Ctrl+I", around("*")],
  ["Bulleted list", "•", { code: "Digit8", shift: true }, "Ctrl+Shift+8", lines(() => "- ", /^[-*+] /)],
  ["Numbered list", "1.", { code: "Digit7", shift: true }, "Ctrl+Shift+7", lines((place) => `${place + 1}. `, /^\d+[.)] /)],
  ["Table", "▦", { code: "Digit9", shift: true }, "Ctrl+Shift+9", table],
  ["Subscript", "x₂", { key: "," }, "Ctrl+,", script("subscript")],
  ["Superscript", "x²", { key: "." }, "Ctrl+.", script("superscript")],
  ["Footnote", "†", { key: "f", alt: true }, "Ctrl+Alt+F", footnote],
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
