// Keyboard of the staff site: rows (j k Enter x), keys of buttons and links, the list behind "?".
const help = document.getElementById("key-help");

// Single keys can be switched off: people who speak to their computer type by accident (WCAG 2.1.4).
function showSwitch() {
  const off = localStorage.getItem("keys") === "off";
  document.documentElement.classList.toggle("keys-off", off);
  const box = help?.querySelector("[data-keys-switch]");
  if (box) box.checked = !off;
}

function isTyping(target) {
  return target instanceof Element && target.closest("input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]");
}

function rows() {
  return [...document.querySelectorAll("table[data-rows] tbody tr")];
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.findIndex((row) => row.hasAttribute("data-current"));
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
  all[here]?.removeAttribute("data-current");
  next.setAttribute("data-current", "");
  next.querySelector("a, button, input")?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function current() {
  return document.querySelector("table[data-rows] tr[data-current]");
}

function press(key) {
  const button = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
  if (!button) return false;
  button.focus();
  button.click();
  return true;
}

// The help lists the page's own keys with the words of their buttons.
function fillHelp() {
  const list = help.querySelector("[data-page-keys]");
  list.replaceChildren();
  for (const button of document.querySelectorAll("[data-key]")) {
    const [entry, term, words] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
    const key = document.createElement("kbd");
    key.textContent = button.dataset.key;
    words.textContent = button.dataset.label || button.textContent.trim();
    term.append(key);
    entry.append(term, words);
    list.append(entry);
  }
}

function openHelp() {
  fillHelp();
  help.showModal();
  // Not autofocus: while the page loads it would contend with the focus of an error summary.
  help.querySelector("[data-keys-close]").focus();
}

const ACTIONS = {
  j: () => move(1),
  k: () => move(-1),
  x: () => current()?.querySelector("input[type=checkbox]")?.click(),
  Enter: () => current()?.querySelector("a")?.click(),
  "?": openHelp,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (isTyping(event.target) || help?.open) return;
  if (document.documentElement.classList.contains("keys-off")) return;
  // On a link or button Enter does what it always does.
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  const rowKey = ACTIONS[event.key] && (event.key === "?" || rows().length);
  if (rowKey) ACTIONS[event.key]();
  else if (!press(event.key)) return;
  event.preventDefault();
});

document.addEventListener("focusin", ({ target }) => {
  const row = target instanceof Element && target.closest("table[data-rows] tbody tr");
  if (!row) return;
  current()?.removeAttribute("data-current");
  row.setAttribute("data-current", "");
});

document.addEventListener("click", ({ target }) => {
  if (target instanceof Element && target.closest("[data-keys-help]")) openHelp();
});

help?.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-keys-switch]")) return;
  localStorage.setItem("keys", target.checked ? "on" : "off");
  showSwitch();
});

showSwitch();
