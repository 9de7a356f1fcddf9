// Buttons that ask the browser for a passkey, put what it gives into a hidden field, and send the form.
// data-options is where to ask what is needed, data-given the element that holds it already as JSON, data-alone the
// checkbox by which a new passkey works without the password. Without JavaScript, or in a browser without passkeys, the
// buttons stay hidden.

const REFUSED = "The browser gave no passkey. Try again, or use another way.";

async function given(button) {
  if (button.dataset.given) return JSON.parse(document.getElementById(button.dataset.given).textContent);
  const answer = await fetch(button.dataset.options, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${button.dataset.options}: ${answer.status}`);
  return answer.json();
}

function created(options, alone) {
  const wish = options.publicKey.authenticatorSelection;
  wish.residentKey = alone ? "required" : "discouraged";
  wish.requireResidentKey = alone;
  wish.userVerification = "required";
  return window.webauthnJSON.create(options);
}

async function credential(button) {
  const { creation_options: creation, request_options: request } = await given(button);
  if (creation) return created(creation, document.getElementById(button.dataset.alone).checked);
  return window.webauthnJSON.get(request);
}

async function use(button) {
  const field = document.getElementById(button.dataset.passkey);
  const error = button.parentElement.querySelector(".passkey-error");
  error.hidden = true;
  try {
    field.value = JSON.stringify(await credential(button));
  } catch (problem) {
    console.warn(problem);
    error.textContent = REFUSED;
    error.hidden = false;
    return;
  }
  field.form.noValidate = true;
  field.form.requestSubmit(field.form.querySelector("[type=submit]"));
}

function begin() {
  if (!window.PublicKeyCredential) return;
  for (const button of document.querySelectorAll("[data-passkey]")) {
    for (const hidden of button.parentElement.querySelectorAll(".passkey, .passkey-words")) hidden.hidden = false;
    button.addEventListener("click", () => use(button));
  }
}

document.addEventListener("DOMContentLoaded", begin);
