// A meter of strength below the first field for a new password, and a form that is sent once.
// The site is asked while the person types; without an answer, nothing is shown.

const PATIENCE = 400; // milliseconds without a key before the site is asked
const SCORES = 4;

const source = document.querySelector("[data-strength]");
const field = document.querySelector("input[autocomplete='new-password']");

function meterBelow(input) {
  const part = document.createElement("div");
  part.className = "strength";
  part.hidden = true;
  const meter = document.createElement("meter");
  Object.assign(meter, { min: 0, max: SCORES, low: 2, high: 3, optimum: SCORES });
  meter.setAttribute("aria-label", "Strength of the password");
  const words = document.createElement("output");
  words.htmlFor = input.id;
  part.append(meter, words);
  input.after(part);
  return { part, meter, words };
}

function follow(input) {
  const { part, meter, words } = meterBelow(input);
  let timer, asked;
  const ask = async () => {
    asked = new AbortController();
    const body = new FormData();
    body.append("password", input.value);
    body.append("about", source.dataset.about);
    body.append("csrfmiddlewaretoken", input.form.elements.csrfmiddlewaretoken.value);
    try {
      const answer = await fetch(source.dataset.strength, { method: "POST", body, signal: asked.signal });
      part.hidden = !answer.ok;
      if (!answer.ok) return;
      const found = await answer.json();
      meter.value = found.score;
      meter.textContent = `${found.score} of ${SCORES}`;
      words.textContent = found.words;
    } catch (error) {
      if (error.name !== "AbortError") part.hidden = true;
    }
  };
  const stop = () => {
    clearTimeout(timer);
    asked?.abort();
  };
  input.form.addEventListener("submit", stop);
  input.addEventListener("input", () => {
    stop();
    part.hidden ||= !input.value;
    if (input.value) timer = setTimeout(ask, PATIENCE);
  });
}

if (source && field) follow(field);

for (const form of document.querySelectorAll("form[data-once]")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
}
