// Shows what was typed as readers will see it, a moment after the last key. Without it, the button does the same.

const WAIT = 600; // milliseconds after the last key

const panel = document.querySelector("[data-preview]");
const form = panel?.closest("form");
const body = panel?.querySelector("[data-preview-body]");
const status = panel?.querySelector("[data-preview-status]");
let timer = 0;
let asked = null;

async function update() {
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(panel.dataset.preview, { method: "POST", body: new FormData(form), signal: asked.signal });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const isOpen = body.querySelector("details.findings")?.open;
    const found = page.querySelector("details.findings");
    if (found && isOpen !== undefined) found.open = isOpen;
    body.replaceChildren(...page.body.childNodes);
    status.textContent = "What you typed; not saved.";
  } catch (error) {
    if (error.name === "AbortError") return;
    status.textContent = "The preview could not be updated. What you typed is still here.";
  }
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(update, WAIT);
}

if (panel) {
  form.addEventListener("input", later);
  panel.querySelector("button[name=_preview]").addEventListener("click", (event) => {
    event.preventDefault();
    update();
  });
}
