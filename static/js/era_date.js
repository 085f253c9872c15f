// Shows a typed date in the other calendar beside the boxes. The server checks and echoes, too.
const language = document.documentElement.lang || "ja";
const inEra = new Intl.DateTimeFormat("ja-u-ca-japanese", { dateStyle: "long" });
const inWestern = new Intl.DateTimeFormat(`${language}-u-ca-gregory`, { dateStyle: "long" });
const countsInEras = language.startsWith("ja");

function toHalfWidth(text) {
  return text.replace(/[\uff10-\uff19]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0)).trim();
}

function firstYears(group) {
  return new Map(group.dataset.eraDate.split(" ").map((pair) => pair.split(":")));
}

function readDate(group) {
  const [era, ...boxes] = [...group.querySelectorAll("select, input")].map((box) => box.value);
  const [year, month, day] = boxes.map((text) => Number(toHalfWidth(text).replace("元", "1")));
  if (!year || !month || !day) return null;
  const western = year > 999;
  const first = Number(firstYears(group).get(era));
  if (!western && !first) return null;
  const found = new Date(western ? year : first + year - 1, month - 1, day);
  return found.getMonth() === month - 1 ? { found, western } : null;
}

// As config/days.py: in other languages both calendars, the era in brackets.
function echoOf({ found, western }) {
  if (!countsInEras) return `${inWestern.format(found)} (${inEra.format(found)})`;
  return (western ? inEra : inWestern).format(found);
}

document.addEventListener("input", ({ target }) => {
  const group = target instanceof Element && target.closest("[data-era-date]");
  if (!group) return;
  const date = readDate(group);
  const echo = group.parentElement.querySelector(".era-date__echo");
  echo.value = date ? echoOf(date) : "";
});
