// What the card panels share: messages (their words stand in the page), and the state "working".

export function say(panel, code, focus, values = {}) {
  const box = panel.querySelector("[data-card-message]");
  let text = panel.querySelector(`[data-say="${code}"]`).textContent.trim();
  for (const [name, value] of Object.entries(values)) text = text.replace(`{${name}}`, value);
  box.hidden = false;
  box.querySelector("[data-card-text]").textContent = text;
  focus?.focus();
}

export function busy(panel) {
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
