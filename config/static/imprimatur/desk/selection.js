// A comment on words selected in the text: they become the passage of the comment.

import { idOf } from "./claims.js";

/** What is selected in the text, without reference numbers and signs, and the one claim it stands in, if one. */
export function selected() {
  const selection = window.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const article = range.commonAncestorContainer.parentElement?.closest("#desk-text article.text")
    ?? closest(range.commonAncestorContainer, "#desk-text article.text");
  if (!article) return null;
  const copy = document.createElement("div");
  copy.append(range.cloneContents());
  for (const extra of copy.querySelectorAll("sup.citation, sup.footnote, .claim-link, h2.audience, del, a.move, .visually-hidden")) extra.remove();
  const quote = copy.textContent.replace(/\s+/g, " ").trim();
  const claims = new Set([...article.querySelectorAll(".claim")].filter((span) => range.intersectsNode(span)).map(idOf));
  const inside = closest(range.startContainer, ".claim") && closest(range.endContainer, ".claim") && claims.size === 1;
  return quote ? { quote, claim: inside ? [...claims][0] : null, range } : null;
}

function closest(node, what) {
  return (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest(what);
}

/** Whether words of more than one audience's text are selected: a passage stands in one text. */
export function isAcross() {
  const selection = window.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return false;
  const range = selection.getRangeAt(0);
  const texts = [...document.querySelectorAll("#desk-text article.text")];
  return texts.filter((text) => range.intersectsNode(text)).length > 1;
}

/** Shows `button` beside the selection, and hides it when there is none. */
export function offer(button, comment) {
  document.addEventListener("selectionchange", () => {
    const found = selected();
    button.hidden = !found;
    if (!found) return;
    const place = found.range.getBoundingClientRect();
    button.style.top = `${window.scrollY + place.bottom + 6}px`;
    button.style.left = `${Math.max(8, Math.min(place.left, window.innerWidth - 260))}px`;
  });
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  button.addEventListener("click", () => comment());
}
