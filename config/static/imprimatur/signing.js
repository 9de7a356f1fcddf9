// Keeps in this tab what is typed on the sign page, but no password, until the receipt shows that it was signed:
// an expired login or a reload loses nothing.

const form = document.querySelector("form.verb-form");
const signed = document.querySelector("[data-signed]");
const key = `typed ${signed ? signed.dataset.signed : location.pathname}`;

const fields = () => [...form.elements].filter((field) => ["textarea", "radio"].includes(field.type));
const isChosen = (name) => form.querySelector(`input[name="${CSS.escape(name)}"]:checked`) !== null;

function keep() {
  const typed = fields().filter((field) => field.type !== "radio" || field.checked);
  sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(typed.map((field) => [field.name, field.value]))));
}

/** Only where the page says nothing itself: what the server sent is newer. */
function bringBack(typed) {
  const open = fields().filter((field) => (field.type === "radio" ? !isChosen(field.name) : !field.value));
  for (const field of open) {
    if (field.type !== "radio") field.value = typed[field.name] ?? "";
    else if (typed[field.name] === field.value) field.checked = true;
  }
}

if (signed) sessionStorage.removeItem(key);
if (form) {
  bringBack(JSON.parse(sessionStorage.getItem(key) ?? "{}"));
  form.addEventListener("input", keep);
}
