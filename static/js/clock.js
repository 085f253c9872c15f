// The clock in the staff header keeps the server's format and moves on by the minute.
const clock = document.querySelector("[data-clock]");
const started = Date.now();
const [day, time] = (clock?.textContent ?? "").split(" ");
const [hours, minutes] = (time ?? "").split(":").map(Number);

function show() {
  const passed = Math.floor((Date.now() - started) / 60000);
  const now = hours * 60 + minutes + passed;
  if (now >= 24 * 60) return;
  const two = (number) => String(number).padStart(2, "0");
  clock.textContent = `${day} ${two(Math.floor(now / 60))}:${two(now % 60)}`;
}

if (clock && time) setInterval(show, 10000);
