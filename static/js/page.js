// Marks the document as scripted, opens the disclosure that the address points into, prints.
document.documentElement.classList.add("scripted");

function openTarget() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const details = target && target.closest("details");
  if (details) details.open = true;
}

openTarget();
addEventListener("hashchange", openTarget);

document.addEventListener("click", ({ target }) => {
  if (target instanceof Element && target.closest("[data-print]")) print();
});
