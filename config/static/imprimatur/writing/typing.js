// Writes into a text field so that it can be undone.

/** Put `words` in place of the selection of `field`. */
export function type(field, words) {
  field.focus();
  // The old command keeps what was typed undoable; where it is gone, the text is set.
  const isDone = words ? document.execCommand("insertText", false, words) : document.execCommand("delete");
  if (isDone) return;
  field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Put `words` in place of the text from `start` to `end`, and select part of them. */
export function replace(field, start, end, words, from = words.length, to = from) {
  field.setSelectionRange(start, end);
  if (words || start !== end) type(field, words);
  field.setSelectionRange(start + from, start + to);
}
