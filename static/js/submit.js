// A form is sent once even when its button is tapped twice; filters send themselves on change.
// The button that was pressed shows that its form is on the way; data-busy are its words then.
const PAUSE = 5_000;
const PAUSE_WITH_FILES = 60_000;

function begin(button) {
  if (!button) return;
  button.setAttribute("aria-busy", "true");
  if (!button.dataset.busy) return;
  button.dataset.words = button.textContent;
  button.textContent = button.dataset.busy;
}

function again(form) {
  delete form.dataset.sent;
  // Its elements, not its contents: a button may stand outside its form.
  const busy = [...form.elements].filter((one) => one.hasAttribute("aria-busy"));
  busy.forEach((button) => {
    button.removeAttribute("aria-busy");
    if (button.dataset.words) button.textContent = button.dataset.words;
    delete button.dataset.words;
  });
}

// A form without an address of its own takes the fragment along, as after the skip link: the
// browser would then put the focus there again, and not on what has to be mended.
document.addEventListener("submit", ({ target: form }) => {
  if (!form.hasAttribute("action")) form.setAttribute("action", location.pathname + location.search);
});

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!form.matches("[data-submit-once]") || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  else {
    begin(submitter);
    setTimeout(() => again(form), form.enctype === "multipart/form-data" ? PAUSE_WITH_FILES : PAUSE);
  }
  form.dataset.sent = "true";
});

// Back from the browser's cache: the page may be sent again.
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(again));

document.addEventListener("change", ({ target }) => {
  const form = target instanceof Element && target.closest("form[data-autosubmit]");
  if (form && target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
});
