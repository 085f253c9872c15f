// The estimate is exchanged as a whole: keep its breakdown open, and say the new amount aloud.
const spoken = document.querySelector("[data-estimate-spoken]");
let wasOpen = false;

// A photo of a paper goes with the answers when they are saved, not with each look at the estimate.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  for (const [name, value] of [...detail.formData]) if (value instanceof File) detail.formData.delete(name);
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "estimate") return;
  wasOpen = detail.target.querySelector("details").open;
});

document.addEventListener("htmx:afterSettle", () => {
  const estimate = document.getElementById("estimate");
  if (!estimate) return;
  estimate.querySelector("details").open ||= wasOpen;
  const bar = estimate.querySelector(".estimate__bar");
  const parts = [...bar.querySelectorAll("[data-spoken]")].map((part) => part.textContent.trim());
  const words = parts.join(" ").replace(/\s+/g, " ");
  if (spoken && spoken.textContent !== words) spoken.textContent = words;
});
