// Shows the citation of a work, and what it lacks, a moment after the last key. Without it, the buttons do the same.

import { suggest } from "./names.js";

const WAIT = 500; // milliseconds after the last key

/** What Django wants to see of a page that sends something. */
export const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

/** Follow what is typed into the form around `part`, a `[data-work-form]`. */
export function follow(part) {
  const form = part.closest("form");
  const beside = part.querySelector("[data-beside]");
  const show = part.querySelector("button[name=_show]");
  const chosen = part.querySelector("select[name=work]");
  let timer = 0;
  let asked = null;
  for (const lines of part.querySelectorAll("textarea.names")) suggest(lines, part.dataset.names);

  async function update() {
    asked?.abort();
    asked = new AbortController();
    try {
      const headers = { "X-CSRFToken": token() };
      const answer = await fetch(part.dataset.cited, { method: "POST", body: new FormData(form), headers, signal: asked.signal });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const lacking = page.querySelector("[data-missing]").dataset.missing.split(" ");
      for (const chip of part.querySelectorAll("[data-lacking]")) chip.hidden = !lacking.includes(chip.dataset.lacking);
      beside.replaceChildren(...page.body.childNodes);
    } catch (error) {
      if (error.name !== "AbortError") beside.textContent = "The citation could not be updated. What you typed is still here.";
    }
  }

  part.addEventListener("input", (event) => {
    if (event.target === chosen) return;
    clearTimeout(timer);
    timer = setTimeout(update, WAIT);
  });
  part.querySelector("button[name=_preview]").hidden = true;
  if (!chosen) return;
  show.hidden = true;
  chosen.addEventListener("change", () => form.requestSubmit(show));
}
