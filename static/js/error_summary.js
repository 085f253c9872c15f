// Puts the focus on the error summary, and from its links into the field with the label in view.
function announce() {
  const summary = document.querySelector("[data-error-summary]");
  if (!summary) return;
  summary.focus({ preventScroll: true });
  // One that is higher than the window, as at 400 %, is read from its beginning.
  const fits = summary.offsetHeight < innerHeight / 2;
  summary.scrollIntoView({ block: fits ? "nearest" : "start" });
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("[data-error-summary] a");
  const control = link && document.getElementById(link.hash.slice(1));
  if (!control) return;
  event.preventDefault();
  for (let fold = control.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    fold.open = true;
  }
  const field = control.closest(".field") || control;
  field.scrollIntoView({ block: "start" });
  control.focus({ preventScroll: true });
});

announce();
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target instanceof Element && target.querySelector("[data-error-summary]")) announce();
});
