"""A browser that looks at each page it meets: accessibility, overflow, and a picture of it."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from demo import staff

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_used: dict[str, str] = {}


def fresh_code(account: dict[str, str]) -> str:
    """Return a one-time code that no test has used: each is good once, within half a minute."""
    while (code := staff.code(account, datetime.now(UTC))) == _used.get(account["number"]):
        time.sleep(0.5)
    _used[account["number"]] = code
    return code


def submit(page: Page, form: str) -> None:
    """Press the form's last button that leads on, and wait for the page that comes."""
    with page.expect_navigation():
        page.locator(form).first.locator("button:not([type=button], [name=another])").last.click()


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
    page.locator("main th a[href^='/cases/']").first.click()
    page.check("[name=code][value=review]")
    page.fill("[name=text]", "令和9年度申告の審査")
    submit(page, "form:has([name=text])")


class Looker:
    """Looks at pages and keeps what is wrong with them."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.folder = folder
        self.complaints: list[str] = []
        self.seen: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)
        page.on("console", self._console)

    def look(self, name: str) -> None:
        """Check the page that is open now, and keep a picture of it."""
        self.seen.append(name)
        self.page.screenshot(path=self.folder / f"{len(self.seen):02d}-{name}.png", full_page=True)
        size = self.page.viewport_size or {"width": 1280, "height": 900}
        # As tall as the page: what the estimate at the foot covers now is reached by scrolling.
        height = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})
        self.examine(name)
        self.page.set_viewport_size(size)

    def examine(self, name: str) -> None:
        """Check the page as it stands in the window: accessibility, and that it fits."""
        options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
        found = Axe().run(self.page, options=options)
        for violation in found.response["violations"]:
            where = [node["target"] for node in violation["nodes"]][:3]
            self.complaints.append(f"{name}: {violation['id']} at {where}")
        width = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if width > 0:
            self.complaints.append(f"{name}: {width} px wider than the window")

    def _console(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")
