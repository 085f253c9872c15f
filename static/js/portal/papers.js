// Says how many papers were chosen and whether they are too much; the words come from the page.
const LIMIT = 20 * 1024 * 1024;

document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.dataset.papers === undefined) return;
  const said = box.closest(".upload").querySelector("[data-papers-chosen]");
  const files = [...box.form.querySelectorAll("input[data-papers]")].flatMap((one) => [...one.files]);
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const many = files.length ? `${files.length}${said.dataset.text}` : "";
  said.textContent = bytes > LIMIT ? `${many} ${said.dataset.tooMuch}` : many;
});
