"""Hands on a keyboard (キーボード操作): keys alone, and a look at every place that they lead to."""

from pathlib import Path

from playwright.sync_api import Locator, Page

MOST_STEPS = 60

# What has the focus, and what is wrong with how it is seen. Null where nothing on the page has it.
FOCUSED = """async (forwards) => {
  await Promise.all(document.getAnimations().map((one) => one.finished));
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  // The ring of a tick is around its card.
  const shown = [one, one.closest("label")].find((it) => {
    const look = it && getComputedStyle(it);
    return look && look.outlineStyle === "solid" && parseFloat(look.outlineWidth) >= 2;
  });
  const wrong = shown ? [] : ["no ring"];
  const place = (shown ?? one).getBoundingClientRect();
  const high = place.height > innerHeight, wide = place.width > innerWidth;
  if ((!high && (place.top < 0 || place.bottom > innerHeight)) ||
      (!wide && (place.left < 0 || place.right > innerWidth))) wrong.push("out of the window");
  for (const [x, y] of [[0.5, 0.5], [0.1, 0.2], [0.9, 0.2], [0.1, 0.8], [0.9, 0.8]]) {
    const [across, down] = [place.left + x * place.width, place.top + y * place.height];
    const top = document.elementFromPoint(across, down);
    if (top && !(shown ?? one).contains(top) && !top.contains(one)) {
      wrong.push(`covered by ${top.outerHTML.slice(0, 60)}`);
      break;
    }
  }
  const { left, right } = place;
  const at = { top: place.top + scrollY, bottom: place.bottom + scrollY, left, right };
  const before = window.focusedBefore;
  window.focusedBefore = { one, at };
  if (before?.one.isConnected && before.one !== one) {
    const follows = before.one.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
    const overlap = (a, b) => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 10;
    const earlier = (a, b) => a.bottom <= b.top + 2 || (overlap(a, b) && a.right <= b.left + 2);
    const [first, second] = forwards ? [before.at, at] : [at, before.at];
    if (Boolean(follows) !== forwards) wrong.push("out of order");
    // The estimate lies where there is room for it: at the foot, or at the side.
    else if (!one.closest("aside") && !before.one.closest("aside") && earlier(second, first))
      wrong.push(`jumps over the page from ${before.one.outerHTML.slice(0, 60)}`);
  }
  return { is: one.outerHTML.slice(0, 90), wrong };
}"""


class Keyboard:
    """Goes through pages by keys, and keeps what is wrong with where they lead."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0
        self.complaints: list[str] = []

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
            self.pressed += 1

    def types(self, text: str) -> None:
        """Write into what has the focus, over what stands there."""
        self.press("Control+a")
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def tab(self, *, back: bool = False) -> bool:
        """Go one step on, and look at what then has the focus; False where the page ends."""
        self.press("Shift+Tab" if back else "Tab")
        return self.look(back=back)

    def look(self, *, back: bool = False) -> bool:
        focused = self.page.evaluate(FOCUSED, not back)
        if focused is None:
            return False
        path = self.page.url.partition("?")[0]
        self.complaints += [f"{path}: {focused['is']}: {one}" for one in focused["wrong"]]
        return True

    def reach(self, wanted: Locator, *, back: bool = False) -> None:
        """Tab until the wanted thing has the focus."""
        for _ in range(MOST_STEPS):
            if has_focus(wanted):
                return
            self.tab(back=back)
        raise AssertionError(f"no key leads to {wanted}")

    def presses(self, wanted: Locator, key: str = "Enter") -> None:
        """Reach what leads to another page, press it, and wait for that page."""
        self.reach(wanted)
        with self.page.expect_navigation():
            self.press(key)

    def skips(self) -> None:
        """Pass by the head of the page with its first link."""
        self.tab()
        skip = self.page.locator(".skip-link")
        assert has_focus(skip), self.page.evaluate(FOCUSED, True)
        self.press("Enter")
        assert has_focus(self.page.locator("main")), self.page.url

    def ticks(self, box: Locator) -> None:
        self.reach(box)
        if not box.is_checked():
            self.press("Space")
        assert box.is_checked()

    def chooses(self, group: Locator, value: str) -> None:
        """Go to a group of radios and with the arrows to the one that is wanted."""
        radios = group.all()
        values = [radio.get_attribute("value") for radio in radios]
        chosen = [radio for radio in radios if radio.is_checked()]
        self.reach((chosen or radios)[0])
        if not chosen:
            self.press("Space")
        here = values.index((chosen or radios)[0].get_attribute("value"))
        steps = values.index(value) - here
        self.press("ArrowDown" if steps > 0 else "ArrowUp", abs(steps))
        assert radios[values.index(value)].is_checked()
        self.look(back=steps < 0)

    def takes(self, box: Locator, file: Path) -> None:
        """Reach a box for files; the system's window in which one is chosen takes no keys here."""
        self.reach(box)
        box.set_input_files(file)


def has_focus(wanted: Locator) -> bool:
    return bool(wanted.evaluate("it => it === document.activeElement"))
