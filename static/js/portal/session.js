// Says in time that the session ends, lets it be prolonged in place, and wipes the screen at its end.
// What is typed on a page of the return is posted at that moment: the server keeps it aside, sealed,
// and shows it again after the log-in. Tabs tell one another that the session goes on.

const box = document.querySelector("[data-session]");
const lifetime = Number(box?.dataset.session) * 1000;
// The server prolongs it with most requests only: it lasts so long surely, and `lifetime` at most.
const unsure = lifetime - Number(box?.dataset.sure) * 1000;
const warning = Number(box?.dataset.warning) * 1000;
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;
// The server's clock ends the session; a moment more makes sure that it has.
const GRACE = 5000;
// Who types is there: the session is prolonged, at most so often.
const TYPING = 1000 * 60 * 5;

let ends = 0;
let timer;
let asking = false;

function goesOn() {
  ends = Date.now() + lifetime;
  if (box.open) leave();
  plan();
}

// The browser gives the focus back to the box that was left; after a click on the button Chromium
// takes no letter there until it is entered anew.
function leave() {
  box.close();
  const left = document.activeElement;
  left.blur();
  left.focus({ preventScroll: true });
}

function plan() {
  clearTimeout(timer);
  const left = ends - unsure - Date.now();
  if (left + unsure <= -GRACE) return wipe();
  if (left <= warning) {
    warn(left);
    timer = setTimeout(plan, Math.min(1000 * 30, left + unsure + GRACE + 50));
  } else timer = setTimeout(plan, left - warning);
}

function warn(left) {
  const minutes = Math.max(1, Math.ceil(left / 60000));
  box.querySelector("[data-session-minutes]").textContent = minutes;
  if (!box.open) box.showModal();
}

function wipe() {
  const form = document.querySelector("main form:has([name=keep])");
  document.querySelector("main").hidden = true;
  document.querySelector(".page__aside")?.setAttribute("hidden", "");
  if (form) form.submit();
  else location.replace(`${box.dataset.login}?next=${encodeURIComponent(location.pathname)}`);
}

// Most pages prolong it with the estimate; a long text is one change, and some pages show none.
async function stays() {
  if (asking || ends - lifetime + TYPING > Date.now()) return;
  asking = true;
  try {
    await prolong();
  } catch {
    // Without a net the next letter tries again; the warning comes in its time.
  } finally {
    asking = false;
  }
}

async function prolong() {
  const answer = await fetch(box.dataset.alive, { redirect: "manual" });
  if (answer.status !== 204) return wipe();
  goesOn();
  tabs?.postMessage("goes on");
}

if (box && lifetime) {
  box.querySelector("[data-session-stay]").addEventListener("click", prolong);
  // Escape means to stay: nobody is logged out by a key.
  box.addEventListener("cancel", (event) => {
    event.preventDefault();
    prolong();
  });
  // As the warning opens, the box that was typed in is left, which asks for an estimate: nobody did.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (box.open) event.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", () => {
    goesOn();
    tabs?.postMessage("goes on");
  });
  document.addEventListener("input", stays);
  document.addEventListener("visibilitychange", () => document.hidden || plan());
  // A page that comes back from the browser's memory shows nothing of a session that has ended.
  addEventListener("pageshow", (event) => event.persisted && plan());
  if (tabs) tabs.onmessage = () => goesOn();
  goesOn();
  tabs?.postMessage("goes on");
}
