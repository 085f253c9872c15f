"""A browser that looks at each page it meets: accessibility, overflow, and a picture of it."""

import mimetypes
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Locator, Page, Route

from demo import staff

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

STEP = timedelta(seconds=30)

_used: dict[str, float] = {}


def fresh_code(account: dict[str, str]) -> str:
    """Return a one-time code that no test has used: each is good once, and only in its order.

    The next half minute's is taken as well, so that a second log-in need not wait.
    """
    while True:
        now = datetime.now(UTC)
        for moment in (now, now + STEP):
            step = moment.timestamp() // STEP.total_seconds()
            if step > _used.get(account["number"], 0):
                _used[account["number"]] = step
                return staff.code(account, moment)
        time.sleep(0.5)


def submit(page: Page, form: str) -> None:
    """Press the form's last button that leads on, and wait for the page that comes."""
    with page.expect_navigation():
        page.locator(form).first.locator("button:not([type=button], [name=another])").last.click()


def follow(link: Locator) -> None:
    """Click on what leads on, and wait for the page: a look before would see the old one."""
    with link.page.expect_navigation():
        link.click()


def sign_in(page: Page, account: dict[str, str]) -> None:
    """Log a member of staff in, in both steps."""
    page.goto("/")
    page.fill("[name=number]", account["number"])
    page.fill("[name=password]", account["password"])
    submit(page, "form:has([name=password])")
    page.fill("[name=code]", fresh_code(account))
    submit(page, "form:has([name=code])")


def open_case(page: Page, receipt_number: str) -> None:
    """Find the case in the queue, and give the 処理事由 that is asked before it opens."""
    page.goto(f"/cases/?receipt_number={receipt_number}")
    follow(page.locator("main th a[href^='/cases/']").first)
    page.check("[name=code][value=review]")
    page.fill("[name=text]", "令和9年度申告の審査")
    submit(page, "form:has([name=text])")


def serve_static(route: Route, address: str) -> bool:
    """Answer for a static file without a server; False where the address is none."""
    if not address.startswith(settings.STATIC_URL):
        return False
    found = finders.find(address.removeprefix(settings.STATIC_URL))
    if found:
        kind = mimetypes.guess_type(str(found))[0] or "text/plain"
        route.fulfill(path=str(found), content_type=kind)
    else:
        route.fulfill(status=404)
    return True


class Looker:
    """Looks at pages and keeps what is wrong with them.

    A page that it has seen, it passes by; with `passes` all of them, which another test looks at.
    """

    def __init__(self, page: Page, folder: Path, *, passes: bool = False) -> None:
        self.page = page
        self.folder = folder
        self.passes = passes
        self.complaints: list[str] = []
        self.seen: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)
        page.on("console", self._console)

    def look(self, name: str, *, width: int | None = None) -> None:
        """Check the page that is open now, and keep a picture of it; narrower where one says so."""
        if self.passes or name in self.seen:
            return
        self.seen.append(name)
        size = self.page.viewport_size or {"width": 1280, "height": 900}
        if width:
            self.page.set_viewport_size({"width": width, "height": size["height"]})
        self.stretch()
        self.page.screenshot(path=self.folder / f"{len(self.seen):02d}-{name}.png")
        self.examine(name)
        self.page.set_viewport_size(size)

    def stretch(self) -> None:
        """Make the window as tall as the page: what the estimate at its foot covers is reached."""
        size = self.page.viewport_size or {"width": 1280, "height": 900}
        height = self.page.evaluate("document.documentElement.scrollHeight")
        if height > size["height"]:
            self.page.set_viewport_size({"width": size["width"], "height": height})

    def look_both(self, name: str) -> None:
        """Look at the page that is open as it stands, and as narrow as on a phone."""
        self.look(name)
        self.look(f"{name}-narrow", width=360)

    def examine(self, name: str) -> None:
        """Check the page as it stands in the window: accessibility, and that it fits."""
        options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
        # Once a document, not once a width; and of what it found only what is wrong.
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        run = "options => axe.run(options).then(found => found.violations)"
        for violation in self.page.evaluate(run, options):
            where = [node["target"] for node in violation["nodes"]][:3]
            self.complaints.append(f"{name}: {violation['id']} at {where}")
        width = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if width > 0:
            self.complaints.append(f"{name}: {width} px wider than the window")

    def _console(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")
