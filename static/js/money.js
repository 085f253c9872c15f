// Thousands separators in money fields, set on leaving so that nothing moves while typing.
function toHalfWidth(text) {
  return text.replace(/[\uff10-\uff19\uff0d\uff0c]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));
}

function separated(text) {
  const typed = toHalfWidth(text).replace(/[\s,\u3001\u00a5\uffe5\u5186]/g, "");
  // 24万 and 1万500 are shown as they are understood.
  const digits = typed.replace(/^(\d{1,6})\u4e07(\d{3,4})?$/, (_, above, ones = "") => above + ones.padStart(4, "0"));
  if (!/^-?\d+$/.test(digits)) return text;
  const shortened = digits.replace(/^(-?)0+(?=\d)/, "$1");
  return shortened.replace(/\B(?=(\d{3})+$)/g, ",");
}

document.addEventListener("focusout", ({ target }) => {
  if (!(target instanceof HTMLInputElement) || !target.matches("[data-money]")) return;
  const written = separated(target.value);
  if (written !== target.value) target.value = written;
});
