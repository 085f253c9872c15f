"""A mirror (試験の画面): shows a browser what the test client got, each page in one of the looks.

Language, colours and page make up more pictures than one run can examine. The page's name says in
which it is examined: the same in every run, another for the next page. `make photographs` takes all.
"""

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route

from tests.e2e.pages import Looker, serve_static

SITE = "http://portal.test"
NARROW = {"width": 320, "height": 900}
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


def open_mirror(page: Page, folder: Path) -> Looker:
    """Return a looker at a page without a server: only styles and scripts are fetched."""
    page.route("**/*", _serve)
    page.set_viewport_size(NARROW)
    return Looker(page, folder)


class Mirror:
    """Examines the pages that fall to one language, and passes all of them on."""

    def __init__(self, looker: Looker, language: int, languages: int) -> None:
        self.looker, self.language, self.languages = looker, language, languages
        self.before = len(looker.complaints)
        self.seen: list[str] = []
        self.missing = False

    @property
    def complaints(self) -> list[str]:
        return self.looker.complaints[self.before :]

    def watch(self, pages: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
        for name, answer in pages:
            colours, language = divmod(zlib.crc32(name.encode()), self.languages)
            if language == self.language and not self._is_passed_by(answer):
                self._show(name, answer, COLOURS[colours % len(COLOURS)])
            yield name, answer

    def _is_passed_by(self, answer: Any) -> bool:
        """Say whether there is nothing to see; what is not there looks alike, and is seen once."""
        missing_again = answer.status_code == 404 and self.missing
        self.missing |= answer.status_code == 404
        return answer.status_code == 302 or missing_again

    def _show(self, name: str, answer: Any, colours: dict[str, Any]) -> None:
        page, html = self.looker.page, answer.content.decode()
        if not page.url.startswith(SITE):
            page.goto(SITE)
        page.emulate_media(**colours)
        page.evaluate(SWAP, html)
        self.looker.examine(f"{name} in {' '.join(colours.values())}")
        self.seen.append(name)


def _serve(route: Route) -> None:
    pass
