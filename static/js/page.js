// Marks the document as scripted and opens the disclosure that the address points into.
document.documentElement.classList.add("scripted");

function openTarget() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const details = target && target.closest("details");
  if (details) details.open = true;
}

openTarget();
addEventListener("hashchange", openTarget);
