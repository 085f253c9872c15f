// Asks a security key (職員証). The question comes with the form as data-options, the answer goes
// back in its field "answer"; the site itself never talks to the key.
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

function question(options) {
  const asked = { ...options, challenge: bytes(options.challenge) };
  if (options.user) asked.user = { ...options.user, id: bytes(options.user.id) };
  for (const name of ["allowCredentials", "excludeCredentials"]) {
    if (options[name]) asked[name] = options[name].map((one) => ({ ...one, id: bytes(one.id) }));
  }
  return { publicKey: asked };
}

function answer(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-security-key]") || form.elements.answer.value) return;
  event.preventDefault();
  const options = question(JSON.parse(form.dataset.options));
  const failed = form.querySelector("[data-security-key-failed]");
  failed.hidden = true;
  try {
    const verb = form.dataset.securityKey === "register" ? "create" : "get";
    form.elements.answer.value = JSON.stringify(answer(await navigator.credentials[verb](options)));
    form.submit();
  } catch {
    failed.hidden = false;
  }
});
