// Adds a work to the library without leaving the draft: the steps come from the server as HTML.

import { follow, token } from "./live.js";

/** What has the focus in a step: the first of these that is there. */
const FIRST = ["[aria-invalid=true]", "[data-cite]", "#pasted", ".work-fields textarea, .work-fields input[type=text]"];

/** Fill `form` with the steps at `address`. `cite` gets the key of the work that was added or found. */
export class Adding {
  constructor({ form, said, address, cite }) {
    Object.assign(this, { form, said, address, cite, isBegun: false });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const data = new FormData(form, event.submitter);
      this.send(address, { method: "POST", body: data, headers: { "X-CSRFToken": token() } });
    });
    form.addEventListener("click", (event) => {
      const { target } = event;
      if (target.matches("[data-cite]")) this.end(target.dataset.cite);
      if (!target.matches("a[data-step]")) return;
      event.preventDefault();
      this.send(target.href);
    });
  }

  /** Show the first step; with `pasted`, look it up at once. */
  async begin(pasted) {
    this.isBegun = true;
    if (!pasted) return this.send(this.address);
    const body = new FormData();
    body.set("pasted", pasted);
    body.set("_find", "1");
    return this.send(this.address, { method: "POST", body, headers: { "X-CSRFToken": token() } });
  }

  end(key) {
    this.isBegun = false;
    this.form.replaceChildren();
    this.cite(key);
  }

  async send(address, options = {}) {
    if (this.isSending) return;
    this.isSending = true;
    this.said.textContent = options.body?.has("_find") ? "Looking it up…" : "";
    try {
      const answer = await fetch(address, options);
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      this.said.textContent = "";
      if (answer.status === 201) this.end((await answer.json()).key);
      else this.show(await answer.text());
    } catch {
      this.said.textContent = "The site did not answer. What you typed is still here. Are you still logged in?";
    } finally {
      this.isSending = false;
    }
  }

  show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    this.form.replaceChildren(...page.body.childNodes);
    for (const part of this.form.querySelectorAll("[data-work-form]")) follow(part);
    FIRST.map((one) => this.form.querySelector(one)).find(Boolean)?.focus();
  }
}
