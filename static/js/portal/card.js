// The demo card in the page. The file is opened with WebCrypto; the signing key never leaves this
// module and is forgotten with the page. The server gets the certificate and, for signing, the
// signature value alone. One module by itself, so that hashed file names need no rewriting.

const FORMAT = "demo-card/1";

class WrongPin extends Error {}
class NotACard extends Error {}

const toBytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const toBase64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

async function readFile(file) {
  let card;
  try {
    card = JSON.parse(await file.text());
  } catch {
    throw new NotACard();
  }
  if (card.format !== FORMAT || !card.certificate || !card.key || !card.face) throw new NotACard();
  return card;
}

// PBKDF2-SHA-256 from the PIN, then AES-256-GCM: a wrong PIN shows as a tag that does not fit.
async function open(sealed, pin) {
  const material = await crypto.subtle.importKey(
    "raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt: toBytes(sealed.salt), iterations: sealed.iterations },
    material, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
  try {
    return await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: toBytes(sealed.iv) }, key, toBytes(sealed.ciphertext));
  } catch {
    throw new WrongPin();
  }
}

async function openFace(card, pin) {
  return JSON.parse(new TextDecoder().decode(await open(card.face, pin)));
}

// Cards hold RSA keys today and P-384 keys on the next generation; the key itself says which.
async function importKey(pkcs8) {
  const kinds = [
    { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
    { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" },
  ];
  for (const kind of kinds) {
    try {
      return [await crypto.subtle.importKey("pkcs8", pkcs8, kind, false, ["sign"]), kind];
    } catch {
      // the other kind, then
    }
  }
  throw new NotACard();
}

async function unlock(card, pin) {
  const [key, kind] = await importKey(await open(card.key, pin));
  return (signedInfo) => crypto.subtle.sign(kind, key, toBytes(signedInfo)).then(toBase64);
}

// What both panels share: messages, whose words stand in the page, and the state "working".
function say(panel, code, focus, values = {}) {
  const box = panel.querySelector("[data-card-message]");
  let text = panel.querySelector(`[data-say="${code}"]`).textContent.trim();
  for (const [name, value] of Object.entries(values)) text = text.replace(`{${name}}`, value);
  box.hidden = false;
  box.querySelector("[data-card-text]").textContent = text;
  focus?.focus();
  // What had the focus already moves down under the message, perhaps below the estimate.
  (focus ?? box).scrollIntoView({ block: "nearest" });
}

function busy(panel) {
  const button = panel.querySelector("button[type=submit]");
  const words = button.textContent;
  button.setAttribute("aria-disabled", "true");
  button.textContent = button.dataset.busy;
  panel.querySelector("[data-card-message]").hidden = true;
  return () => {
    button.removeAttribute("aria-disabled");
    button.textContent = words;
  };
}

// Reading the card: opens its face with the four-digit PIN and posts it as the read result.
function setUpReading(panel) {
  const form = panel.querySelector("form");
  form.addEventListener("submit", async (event) => {
    if (form.dataset.ready) return;
    event.preventDefault();
    const [file] = form.querySelector("[data-card-file]").files;
    const pin = form.querySelector("[data-card-pin]");
    if (!file) return say(panel, "choose", form.querySelector("[data-card-file]"));
    if (!/^[0-9]{4}$/.test(pin.value)) return say(panel, "digits", pin);
    const release = busy(panel);
    try {
      const card = await readFile(file);
      const face = await openFace(card, pin.value);
      form.elements.read.value = JSON.stringify({ face, certificate: card.certificate });
      form.dataset.ready = "yes";
      pin.value = "";
      form.submit();
    } catch (error) {
      release();
      if (error instanceof WrongPin) say(panel, "wrong", pin);
      else if (error instanceof NotACard) say(panel, "file", form.querySelector("[data-card-file]"));
      else say(panel, "failed", form);
    }
  });
}

// Signing: the key is opened with the signing PIN, signs in the page, and only the value is sent.
function setUpSigning(panel) {
  const form = panel.querySelector("form");
  let left = Number(panel.dataset.tries);

  function post(address, fields) {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.set("version", form.elements.version.value);
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    return fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
  }

  async function wrongPin(card, pin) {
    const answer = await post(panel.dataset.wrongPin, { certificate: card.certificate });
    left = answer.ok ? (await answer.json()).left : left - 1;
    pin.value = "";
    panel.querySelector("[data-card-left]").textContent = left;
    if (left > 0) say(panel, "wrong", pin, { left });
    else lock();
  }

  function lock() {
    say(panel, "locked", null);
    for (const control of form.querySelectorAll("input:not([type=hidden]), button")) {
      control.disabled = true;
    }
  }

  async function sign(card, pin) {
    const signWith = await unlock(card, pin.value);
    const answer = await post(panel.dataset.prepare, { certificate: card.certificate });
    const prepared = await answer.json();
    if (!answer.ok) return say(panel, "refused", null, { why: prepared.error });
    form.elements.prepared.value = prepared.prepared;
    form.elements.signature.value = await signWith(prepared.signed_info);
    form.dataset.ready = "yes";
    pin.value = "";
    form.submit();
    return true;
  }

  form.addEventListener("submit", async (event) => {
    if (form.dataset.ready) return;
    event.preventDefault();
    const chosen = form.querySelector("[data-card-file]");
    const pin = form.querySelector("[data-card-pin]");
    if (left <= 0) return lock();
    if (!chosen.files[0]) return say(panel, "choose", chosen);
    if (!/^[A-Za-z0-9]{6,16}$/.test(pin.value)) return say(panel, "form", pin);
    if (panel.dataset.working) return;
    panel.dataset.working = "yes";
    const release = busy(panel);
    let card, sent;
    try {
      card = await readFile(chosen.files[0]);
      sent = await sign(card, pin);
    } catch (error) {
      if (error instanceof WrongPin) await wrongPin(card, pin);
      else if (error instanceof NotACard) say(panel, "file", chosen);
      else say(panel, "failed", pin);
    }
    if (!sent) {
      delete panel.dataset.working;
      release();
    }
  });

  if (left <= 0) lock();
}

for (const panel of document.querySelectorAll("[data-card-read]")) setUpReading(panel);
for (const panel of document.querySelectorAll("[data-card-sign]")) setUpSigning(panel);
