"""A mirror (試験の画面): shows a browser what the test client got, each page in one of the looks.

Language, colours and page make up more pictures than one run can examine. The page's name says in
which it is examined, the same in every run. `make photographs` takes all.
"""

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route

from tests.e2e.pages import Looker, serve_static

SITE = "http://portal.test"
NARROW = {"width": 320, "height": 900}
Shown = tuple[str, Any]
COLOURS: tuple[dict[str, Any], ...] = (
    {"color_scheme": "light", "forced_colors": "none"},
    {"color_scheme": "dark", "forced_colors": "none"},
    {"color_scheme": "light", "forced_colors": "active"},
)
# Styles, scripts and axe stay: they are most of what a page costs. The estimate that lies over the
# foot of the page is put below it, so that what it covers is examined as well.
SWAP = """html => {
  const page = new DOMParser().parseFromString(html, "text/html");
  page.querySelector(".page__aside")?.style.setProperty("position", "static");
  document.documentElement.lang = page.documentElement.lang;
  document.title = page.title;
  document.body.replaceWith(document.adoptNode(page.body));
}"""


class Mirror(Looker):
    """Examines the pages that fall to one language, and passes all of them on."""

    def __init__(self, page: Page, folder: Path) -> None:
        super().__init__(page, folder)
        self.html = ""
        self.missing = False
        page.set_viewport_size(NARROW)
        page.route("**/*", self._serve)

    def forget(self) -> None:
        self.complaints.clear()
        self.seen.clear()

    def watch(self, pages: Iterable[Shown], language: int, languages: int) -> Iterator[Shown]:
        """Pass pages on, and examine those that fall to this one of so many languages."""
        for name, answer in pages:
            colours, falls_to = divmod(zlib.crc32(name.encode()), languages)
            if falls_to == language and not self._is_passed_by(answer):
                self.show(name, answer, COLOURS[colours % len(COLOURS)])
            yield name, answer

    def show(self, name: str, answer: Any, colours: dict[str, Any]) -> None:
        self.html = answer.content.decode()
        if not self.page.url.startswith(SITE):
            self.page.goto(SITE)
        self.page.emulate_media(**colours)
        self.page.evaluate(SWAP, self.html)
        self.examine(f"{name} in {' '.join(colours.values())}")
        self.seen.append(name)

    def _is_passed_by(self, answer: Any) -> bool:
        """Say whether there is nothing to see; what is not there looks alike, and is seen once."""
        missing_again = answer.status_code == 404 and self.missing
        self.missing |= answer.status_code == 404
        return answer.status_code == 302 or missing_again

    def _serve(self, route: Route) -> None:
        """Give styles and scripts, and at first a page to hang the others into."""
        if serve_static(route, route.request.url.removeprefix(SITE)):
            return
        if route.request.is_navigation_request():
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8")
        else:
            route.abort()
