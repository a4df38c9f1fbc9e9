/* Passkeys: asks the browser's authenticator, and sends its answer with the form.  Loaded only where one may be used;
   without it, or where the browser knows none, the page offers the code. */
"use strict";

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const withBytes = (listed) => (listed || []).map((each) => ({ ...each, id: toBytes(each.id) }));

/* Browsers before 2024 do not read these options themselves. */
function creation(options) {
  if (PublicKeyCredential.parseCreationOptionsFromJSON) return PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: withBytes(options.excludeCredentials),
  };
}

function request(options) {
  if (PublicKeyCredential.parseRequestOptionsFromJSON) return PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return { ...options, challenge: toBytes(options.challenge), allowCredentials: withBytes(options.allowCredentials) };
}

function plain(credential) {
  const response = { clientDataJSON: toText(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function optionsOf(button) {
  if (button.dataset.options) return JSON.parse(button.dataset.options);
  const token = button.form.elements.csrf_token.value;
  const answer = await fetch(button.dataset.ask, { method: "POST", headers: { "X-CSRFToken": token } });
  if (!answer.ok || answer.redirected) throw new Error(`asked for a passkey: ${answer.status}`);
  return answer.json();
}

async function use(button) {
  const failed = document.getElementById(button.dataset.failed);
  failed.hidden = true;
  button.disabled = true;
  try {
    const options = await optionsOf(button);
    const credential =
      button.dataset.passkey === "create"
        ? await navigator.credentials.create({ publicKey: creation(options) })
        : await navigator.credentials.get({ publicKey: request(options) });
    button.form.elements.passkey.value = JSON.stringify(plain(credential));
    button.form.requestSubmit();
  } catch {
    failed.hidden = false;
    failed.focus();
  } finally {
    button.disabled = false;
  }
}

if (window.PublicKeyCredential && navigator.credentials) {
  for (const button of document.querySelectorAll("[data-passkey]")) {
    button.hidden = false;
    document.getElementById(button.dataset.absent).hidden = true;
    button.addEventListener("click", () => use(button));
  }
}
