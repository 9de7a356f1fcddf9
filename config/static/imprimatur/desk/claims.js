// Choosing a claim: by click, by key, and showing the text and the evidence of the chosen one together.

/** The claims of the desk in reading order, one of them chosen. */
export class Claims {
  constructor() {
    this.panels = [...document.querySelectorAll("#desk-evidence .evidence")];
    this.text = document.getElementById("desk-text");
    this.text.addEventListener("click", (event) => this.clicked(event));
    document.getElementById("next-change")?.addEventListener("click", () => this.change(1));
    document.getElementById("change-before")?.addEventListener("click", () => this.change(-1));
    window.addEventListener("popstate", () => this.fromAddress());
  }

  get chosen() {
    return this.panels.find((panel) => panel.classList.contains("chosen"));
  }

  fromAddress() {
    const asked = new URLSearchParams(location.search).get("claim");
    const panel = this.panels.find((one) => one.dataset.claim === asked) ?? this.open()[0] ?? this.panels[0];
    if (panel) this.choose(panel, { moves: Boolean(asked), remembers: false });
  }

  clicked(event) {
    const link = event.target.closest("a");
    if (link && !link.classList.contains("claim-link")) return;
    if (!window.getSelection().isCollapsed) return;
    const span = link ? link.previousElementSibling ?? link.parentElement : event.target.closest(".claim");
    const id = link ? new URL(link.href).searchParams.get("claim") : idOf(span);
    const panel = this.panels.find((one) => one.dataset.claim === id);
    if (!panel) return;
    event.preventDefault();
    this.choose(panel, { moves: false });
  }

  /** Show `panel` and its words; `moves` scrolls the text there. */
  choose(panel, { moves = true, remembers = true } = {}) {
    for (const one of this.panels) one.classList.toggle("chosen", one === panel);
    for (const one of this.text.querySelectorAll(".claim.chosen")) one.classList.remove("chosen");
    for (const one of this.spans(panel)) one.classList.add("chosen");
    panel.parentElement.scrollTop = 0;
    if (moves) this.spans(panel)[0]?.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
    if (remembers) history.replaceState(null, "", `?claim=${panel.dataset.claim}`);
    document.dispatchEvent(new CustomEvent("claim-chosen", { detail: panel }));
  }

  spans(panel) {
    return [...this.text.querySelectorAll(`.claim-${panel.dataset.claim}`)];
  }

  /** The claim `by` places further on; stays at the ends. */
  step(by) {
    const place = this.panels.indexOf(this.chosen) + by;
    if (this.panels[place]) this.choose(this.panels[place]);
    return this.panels[place];
  }

  open() {
    return this.panels.filter((panel) => panel.querySelector(".claim-state:is(.is-to_check, .is-context_changed)"));
  }

  /** The next claim to check or recheck, after the chosen one, then from the beginning. */
  nextOpen() {
    return this.next(this.open());
  }

  /** Every change in reading order: each marked place, and claims of which only a work is another one. */
  stops() {
    const found = [...this.text.querySelectorAll("[id^=change-]")];
    const others = this.panels.map((panel) => this.spans(panel)).filter((spans) => spans[0]?.classList.contains("is-changed"));
    const bare = others.filter((spans) => !spans.some((span) => found.some((stop) => span.contains(stop)))).map((spans) => spans[0]);
    return [...found, ...bare].sort((one, other) => (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  }

  /** Go to the change `by` places further on, from the end to the beginning, and say which it is. */
  change(by) {
    const stops = this.stops();
    if (!stops.length) return;
    const place = (stops.indexOf(this.stop) + by + stops.length + (this.stop || by > 0 ? 0 : 1)) % stops.length;
    this.stop?.classList.remove("chosen-change");
    this.stop = stops[place];
    this.stop.classList.add("chosen-change");
    const panel = this.panels.find((one) => one.dataset.claim === idOf(this.stop.closest(".claim")));
    if (panel) this.choose(panel, { moves: false });
    this.stop.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
    const said = document.querySelector(`#changes a[href="#${this.stop.id}"]`)?.parentElement.textContent ?? "";
    const status = document.getElementById("change-status");
    status.textContent = `Change ${place + 1} of ${stops.length}`;
    const words = document.createElement("span");
    words.className = "visually-hidden";
    words.textContent = ` ${said.replace(/\s+/g, " ").trim()}`;
    status.append(words);
  }

  next(among) {
    const place = this.panels.indexOf(this.chosen);
    const found = among.find((panel) => this.panels.indexOf(panel) > place) ?? among[0];
    if (found) this.choose(found);
    return found;
  }

  /** What the server says of a claim, in text and panel. */
  restate({ id, code, sign, words }) {
    const panel = this.panels.find((one) => one.dataset.claim === String(id));
    const state = panel.querySelector(".claim-state");
    state.className = `claim-state is-${code}`;
    state.querySelector(".sign").textContent = sign;
    state.querySelector(".words").textContent = words;
    for (const span of this.spans(panel)) {
      span.classList.remove("is-to_check", "is-context_changed", "is-checked", "is-carried", "is-blocking");
      span.classList.add(`is-${code}`);
    }
    const link = this.text.querySelector(`.claim-link[href^="?claim=${id}#"]`);
    if (!link) return;
    link.textContent = sign;
    link.setAttribute("aria-label", link.getAttribute("aria-label").replace(/^(Claim \d+), [^,]*/, `$1, ${words}`));
  }
}

export function idOf(span) {
  return span && [...span.classList].map((name) => /^claim-(\d+)$/.exec(name)?.[1]).find(Boolean);
}

function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
