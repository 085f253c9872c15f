"""Pictures of every page of the portal, in every complete language, on a phone and on a desk.

Not run with the tests: `make photographs` writes them under .local/photographs, to be looked at
one by one. Each page is also asked whether it fits and is accessible, as shown. In print each is
a PDF as well, whose sheets show where it breaks.
"""

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.utils import timezone

from demo.home import ROOT
from portal import examined
from tests.e2e.pages import Looker
from tests.portal import tour, tour_apart, tour_card, tour_last_year
from tests.portal.questions import answer_everything, questions
from tests.portal.story import Person

FOLDER = Path(os.environ.get("PHOTOGRAPHS", ROOT / ".local" / "photographs"))
LANGUAGES = {"ja": "ja", "en": "en", "easy": "ja-easy"}
WINDOWS = {
    "phone": {"width": 360, "height": 740},
    "narrow": {"width": 320, "height": 568},
    "zoomed": {"width": 320, "height": 256},  # 1280 x 1024 at 400 %
    "desk": {"width": 1280, "height": 900},
    "sheet": {"width": 720, "height": 1040},
}
SCHEMES: dict[str, dict[str, str]] = {
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "black": {"forced_colors": "active", "color_scheme": "dark"},
    "print": {},
}
# LOOKS="en-narrow-dark" takes one other: a language, a window and, where one says so, a scheme.
# PAGES="farm|receipt" takes only the pages whose name has one of these words.
PAGES = re.compile(os.environ.get("PAGES", ""))
LOOKS = "ja-phone ja-desk en-phone easy-phone ja-phone-dark ja-phone-forced ja-sheet-print"


# Controls that stand for themselves and are lower than a thumb: links within sentences are not.
LOW = """() => [...document.querySelectorAll(`a.button, button, summary, select, .choice, nav a,
  .back-link, input:not([type=hidden], [type=checkbox], [type=radio])`)]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 43.5)
  .map((one) => one.outerHTML.slice(0, 80))"""

# Words that lie over other words, but those that a box cuts off.
OVER = """() => {
  const shared = (one, other, from, to) =>
    Math.min(one[to], other[to]) - Math.max(one[from], other[from]);
  const seen = (box, element) => !element || seen(box, element.parentElement)
    && (getComputedStyle(element).overflow === "visible" || [["left", "right"], ["top", "bottom"]]
      .every((sides) => shared(box, element.getBoundingClientRect(), ...sides) > 2));
  const lines = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, around = text.parentElement, range = document.createRange();
    if (!around.checkVisibility() || around.closest("option, svg")) continue;
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) if (seen(box, around)) lines.push([text, box]);
  }
  return lines.flatMap(([text, box], at) => lines.slice(at + 1)
    .filter(([other, its]) => other !== text && shared(box, its, "left", "right") > 2
      && shared(box, its, "top", "bottom") > Math.min(box.height, its.height) / 2)
    .map(([other]) => `${text.textContent.trim()} / ${other.textContent.trim()}`));
}"""


class Photographer(Looker):
    """Shows a browser what the test client got, at the address where it got it."""

    def __init__(self, page, folder, site, *, zoomed=False, printed=False):
        super().__init__(page, folder)
        self.site, self.zoomed, self.printed, self.answers = site, zoomed, printed, {}
        page.route(f"{site}/**", self._serve)

    def show(self, name, answer, person):
        """Photograph one page; what it asks for (pictures, styles) the server brings."""
        if answer.status_code == 302 or not PAGES.search(name):
            return
        asked = getattr(answer, "request", {})
        query = asked.get("QUERY_STRING", "")
        address = self.site + asked.get("PATH_INFO", "/") + (f"?{query}" if query else "")
        cookies = person.client.cookies.values()
        named = [{"name": one.key, "value": one.value, "url": self.site} for one in cookies]
        self.page.context.add_cookies([one for one in named if one["value"]])
        self.answers = {address: answer}
        self.page.goto(address)
        self.page.wait_for_load_state("networkidle")
        kept = re.sub(r"[^a-z0-9]+", "-", name.replace(person.year, "")).strip("-") or "front"
        self.look(kept[:60])

    def look(self, name):
        """Photograph and examine the page in a window as tall as itself: nothing lies over it."""
        self.seen.append(name)
        size = self.page.viewport_size
        kept = self.folder / f"{len(self.seen):03d}-{name}"
        if self.zoomed:  # as one meets it, and with what is at the foot, which may cover the rest
            self.page.screenshot(path=f"{kept}.png")
            self.page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
            self.page.screenshot(path=f"{kept}-further.png")
        self.stretch()
        if not self.zoomed:
            self.page.screenshot(path=f"{kept}.png")
        if self.printed:
            self.page.pdf(path=f"{kept}.pdf", format="A4")
        self.examine(name)
        self.page.set_viewport_size(size)

    def examine(self, name):
        """Check the page, that words do not overlap, and that a thumb finds what it is to press."""
        super().examine(name)
        if self.page.viewport_size["width"] < 600 and (low := self.page.evaluate(LOW)):
            self.complaints.append(f"{name}: lower than 44 px: {low}")
        if over := self.page.evaluate(OVER):
            self.complaints.append(f"{name}: words over words: {over}")

    def _serve(self, route):
        answer = self.answers.get(route.request.url)
        if answer is None or not route.request.is_navigation_request():
            route.continue_()
            return
        headers = dict(answer.items())
        route.fulfill(status=answer.status_code, headers=headers, body=answer.content)


def everything(person, office) -> Iterator[tour.Page]:
    """Yield the tour, and between its stages every question and how it refuses."""
    yield from tour.public_pages(person)
    yield from tour.own_pages(person)
    yield from tour.agents_pages(person)
    yield from tour.pages_of_a_filing(person, office)


TOURS = 3


@pytest.fixture(scope="session")
def seen():
    """Record what was found on the looks whose every page was seen, for the page that says so."""
    looked = defaultdict(list)
    yield looked
    whole = {look: tours for look, tours in looked.items() if len(tours) == TOURS}
    if PAGES.pattern or not whole:
        return
    version = re.search(r"axe v([\d.]+)", AXE_SCRIPT)[1]
    on = timezone.localdate()
    examined.record(
        version,
        {
            look: {
                "on": on,
                "pages": sum(len(one.seen) for one in tours),
                "problems": sum(len(one.complaints) for one in tours),
            }
            for look, tours in whole.items()
        },
    )


@pytest.fixture(params=os.environ.get("LOOKS", LOOKS).split())
def camera(request, chromium, live_server, sato, seen):
    language, window, *schemes = request.param.split("-")
    options = {name: value for one in schemes for name, value in SCHEMES[one].items()}
    context = chromium.new_context(
        base_url=live_server.url, locale="ja-JP", viewport=WINDOWS[window], **options
    )
    page = context.new_page()
    if "print" in schemes:
        page.emulate_media(media="print")
    sato.client.cookies["django_language"] = LANGUAGES[language]
    how = {"zoomed": window == "zoomed", "printed": "print" in schemes}
    photographer = Photographer(page, FOLDER / request.param, live_server.url, **how)
    yield photographer
    seen[request.param].append(photographer)
    context.close()


@pytest.mark.django_db(transaction=True)
def test_tour(camera, sato, office):
    for name, answer in everything(sato, office):
        camera.show(name, answer, sato)

    assert camera.complaints == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("scanner")
def test_tour_apart(camera, sato, office, phone, settings):
    cast = [
        Person(f"{name}@example.jp", sato.card) for name in ("one", "two", "three", "four", "five")
    ]
    for one in cast:
        one.client.cookies["django_language"] = sato.client.cookies["django_language"].value
    camera.folder = camera.folder / "apart"
    camera.folder.mkdir(exist_ok=True)
    for person, pages in (
        (sato, tour_apart.pages_of_corrections(sato, office)),
        (cast[0], tour_apart.pages_of_papers(cast[0], settings)),
        (cast[2], tour_apart.pages_of_bad_days(cast[2])),
        (cast[2], tour_card.pages_of_two_ways(cast[2], phone)),
        (cast[4], tour_last_year.pages_from_last_year(cast[4])),
        (cast[3], tour.pages_of_a_later_return(cast[3].is_ready_to_sign(), office)),
        # After another has read the same card: who comes in with it is asked about that.
        (cast[1], tour_apart.pages_with_the_app(cast[1], phone)),
    ):
        for name, answer in pages:
            camera.show(name, answer, person)

    assert camera.complaints == []


@pytest.mark.django_db(transaction=True)
def test_questions(camera, sato):
    sato.signs_up().begins().reads_card()
    answer_everything(sato)
    camera.folder = camera.folder / "questions"
    camera.folder.mkdir(exist_ok=True)
    for name, answer in questions(sato):
        camera.show(name, answer, sato)

    assert camera.complaints == []
