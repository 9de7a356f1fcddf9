// Says on the page how the keeping stands, and what the person has to know when it does not work.

const STATES = {
  desk: { saved: (clock) => `Saved ${clock}`, other: "Not saved yet" },
  save: { saved: (clock) => `Your input is autosaved (${clock}) until you save it.`, other: "Your input is not autosaved yet." },
  sign: { saved: (clock) => `Your input is autosaved (${clock}) until you sign. Your password is not.`, other: "Your input is not autosaved yet." },
};

/** Shows states and troubles of a Keeper; `until` names what is waited for: the desk's own forms, to save, to sign. */
export function teller(until, login) {
  const place = document.querySelector("[data-typing-state]");
  const trouble = document.querySelector("[data-typing-trouble]");
  const words = STATES[until];

  function onState(state) {
    if (!place) return;
    const clock = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    place.textContent = state === "saved" ? words.saved(clock) : words.other;
    place.dataset.state = state;
  }

  function onTrouble(what) {
    if ((trouble.dataset.what ?? "") === what) return;
    trouble.dataset.what = what;
    trouble.hidden = !what;
    trouble.replaceChildren(...said(what));
  }

  function said(what) {
    if (what === "login") return ["Your login has expired. ", wayIn(), ". What you typed is kept here and is saved as soon as you are back."];
    if (what === "offline") return ["The server cannot be reached. Your input is kept in this browser and will be saved when the server answers."];
    if (what === "busy") return ["The server is busy. Your input is kept in this browser and will be saved in a moment."];
    return what ? [what] : [];
  }

  function wayIn() {
    const link = document.createElement("a");
    link.href = `${login}?next=${encodeURIComponent(location.pathname)}`;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "Log in again in another tab";
    return link;
  }

  return { onState, onTrouble };
}
