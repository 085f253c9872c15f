// A form is sent once even when its button is tapped twice; filters send themselves on change.
const PAUSE = 5000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-submit-once]") || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  else say(event.submitter);
  form.dataset.sent = "true";
  setTimeout(() => delete form.dataset.sent, PAUSE);
});

// What takes a moment says so on its button; the words come back with the page.
function say(button) {
  if (!button?.dataset.busy) return;
  button.dataset.words = button.textContent;
  button.textContent = button.dataset.busy;
}

// Back from the browser's cache: the page may be sent again.
addEventListener("pageshow", () => {
  document.querySelectorAll("button[data-words]").forEach((button) => {
    button.textContent = button.dataset.words;
    delete button.dataset.words;
  });
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

document.addEventListener("change", ({ target }) => {
  const form = target instanceof Element && target.closest("form[data-autosubmit]");
  if (form && target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
});
