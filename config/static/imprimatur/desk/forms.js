// The forms of the desk: filled again with what was typed, kept as it is typed, sent without a new page.

const KINDS = ["text", "quote", "proposal", "note", "locator"];

export const forms = () => [...document.querySelectorAll("#desk form[data-key]")];

/** What a person can type into `form`. */
export function typed(form) {
  const fields = [...form.elements].filter((field) => KINDS.includes(field.name));
  const value = Object.fromEntries(fields.map((field) => [field.name, field.value]));
  if (form.elements.is_blocking) value.is_blocking = form.elements.is_blocking.checked;
  return value;
}

/** Put `value` back into `form`, and open what it is folded in. */
export function fill(form, value) {
  for (const [name, part] of Object.entries(value)) {
    const field = form.elements[name];
    if (!field || !(KINDS.includes(name) || name === "is_blocking")) continue;
    if (field.type === "checkbox") field.checked = part === true;
    else field.value = part;
  }
  for (let box = form.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  for (const box of form.querySelectorAll("details")) box.open = true;
}

export function clear(form) {
  for (const field of form.elements) if (KINDS.includes(field.name)) field.value = "";
  if (form.elements.is_blocking) form.elements.is_blocking.checked = false;
  refuse(form, "");
}

/** Say in place what is wrong with what was sent. */
export function refuse(form, words) {
  const place = form.querySelector(".form-error");
  place.textContent = words;
  place.hidden = !words;
}

export function reason(body) {
  const details = (body.errors ?? []).map((error) => error.detail);
  return details.length ? details.join(" ") : body.detail ?? "It could not be saved.";
}

/** Show in place what another tab typed, with a button that takes it. */
export function contradict(form, value, take) {
  const place = form.querySelector(".form-error");
  refuse(form, "This form was also changed in another tab. Your input is still here; the other version is below.");
  const other = document.createElement("blockquote");
  other.className = "quote";
  other.textContent = KINDS.map((name) => value[name]).filter(Boolean).join("\n");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = "Use the other version";
  button.addEventListener("click", () => {
    fill(form, value);
    refuse(form, "");
    take();
  });
  place.append(other, button);
}
