// Thousands separators in money fields, set on leaving so that nothing moves while typing.
function toHalfWidth(text) {
  return text.replace(/[0-9-,]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));
}

function separated(text) {
  const digits = toHalfWidth(text).replace(/[\s,、¥¥円]/g, "");
  if (!/^-?\d+$/.test(digits)) return text;
  const shortened = digits.replace(/^(-?)0+(?=\d)/, "$1");
  return shortened.replace(/\B(?=(\d{3})+$)/g, ",");
}

document.addEventListener("focusout", ({ target }) => {
  if (!(target instanceof HTMLInputElement) || !target.matches("[data-money]")) return;
  const written = separated(target.value);
  if (written !== target.value) target.value = written;
});
