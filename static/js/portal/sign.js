// Signing: the key is opened with the signing PIN, signs in the page, and only the value is sent.

import { NotACard, readFile, unlock, WrongPin } from "./card.js";
import { busy, say } from "./panel.js";

const panel = document.querySelector("[data-card-sign]");
const form = panel?.querySelector("form");
let left = Number(panel?.dataset.tries ?? 0);

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

form?.addEventListener("submit", async (event) => {
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

if (panel && left <= 0) lock();
