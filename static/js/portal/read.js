// Reading the card: opens its face with the four-digit PIN and posts it as the read result.

import { NotACard, readFile, openFace, WrongPin } from "./card.js";
import { busy, say } from "./panel.js";

const panel = document.querySelector("[data-card-read]");
const form = panel?.querySelector("form");

form?.addEventListener("submit", async (event) => {
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
