"""Every page, and every form sent empty and sent wrong, in each complete language.

What each page says is read in all of them; a browser examines it in one, in one choice of colours.
"""

import re
from html.parser import HTMLParser

import pytest

from portal.models import Draft
from tests.portal import tour, tour_apart, tour_card, tour_last_year
from tests.portal.mirror import Mirror
from tests.portal.questions import answer_everything, questions

pytestmark = pytest.mark.django_db
LANGUAGES = {"ja": "エラー:", "ja-easy": "エラー:", "en": "Error:"}
# What asks for something: a message without it says what is wrong and not what to do.
ASKS = {
    "ja": re.compile("ください|お試し|できます|見られます"),
    "ja-easy": re.compile("ください|できます|見られます|書けます"),
    "en": re.compile(
        r"\b(Enter|Choose|Check|Please|Write|Use|Tick|Untick|Log in|Open|Read|Add|Answer|Sign|"
        r"Begin|Call|File|Remove|Withdraw|Go|Correct)\b",
        re.IGNORECASE,
    ),
}


class Page(HTMLParser):
    """Reads the title, the summary of errors with its links, and every id of a page."""

    def __init__(self, answer):
        super().__init__()
        self.title, self.messages, self.links, self.ids, self.notices = "", [], [], [], 0
        self.within, self.inline, self.dead = [], [], 0
        self.feed(answer.content.decode())

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        self.ids.append(has.get("id"))
        # The content policy lets none of these work.
        self.inline += [name for name in has if name == "style" or name.startswith("on")]
        self.inline += [tag] if tag == "style" or (tag == "script" and "src" not in has) else []
        self.dead += tag == "a" and has.get("href") == ""
        shown = has.get("class") == "notice" and "hidden" not in has
        self.notices += shown and has.get("data-kind") == "error"
        if "data-error-summary" in has or tag == "title":
            self.within.append("summary" if tag == "section" else "title")
        if self.within and self.within[-1] == "summary":
            if tag == "li":
                self.messages.append("")
            if tag == "a":
                self.links.append(has["href"])

    def handle_endtag(self, tag):
        if self.within and tag == {"summary": "section", "title": "title"}[self.within[-1]]:
            self.within.pop()

    def handle_data(self, data):
        if self.within and self.within[-1] == "title":
            self.title += data
        elif self.within and self.messages:
            self.messages[-1] += data.strip()

    @property
    def is_wrong(self):
        return bool(self.messages or self.notices)


def complaints(pages, language):
    """Yield what is wrong with pages that say that something is wrong."""
    for name, answer in pages:
        if answer.status_code in (302, 404):
            continue
        page = Page(answer)
        if page.inline:
            yield name, "inline", page.inline
        if page.dead:  # An address set in another block of the template is empty here.
            yield name, "leads back to itself", page.dead
        if page.is_wrong != page.title.strip().startswith(LANGUAGES[language]):
            yield name, "title", page.title.strip(), page.messages
        for link in page.links:
            if link.startswith("#") and link[1:] not in page.ids:
                yield name, "leads nowhere", link
        places = [page.ids.index(link[1:]) for link in page.links if link[1:] in page.ids]
        if places != sorted(places):
            yield name, "in another order than the page", page.messages
        for message in page.messages:
            if not ASKS[language].search(message):
                yield name, "says nothing to do", message
            if not message.endswith((".", "。", ")", "?", "”")):
                yield name, "no sentence", message


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture(scope="module")
def mirror(chromium, tmp_path_factory):
    context = chromium.new_context(locale="ja-JP")
    yield Mirror(context.new_page(), tmp_path_factory.mktemp("mirror"))
    context.close()


@pytest.fixture
def wrong_with(mirror, language):
    """Return what is wrong with the words of these pages, and with the looks of a part of them."""

    def find(pages):
        mirror.forget()
        number = list(LANGUAGES).index(language)
        said = list(complaints(mirror.watch(pages, number, len(LANGUAGES)), language))
        return said + mirror.complaints

    return find


@pytest.fixture
def reader(sato, language):
    sato.client.cookies["django_language"] = language
    return sato


@pytest.fixture
def everything_answered(reader):
    """Answer every question there is: none may fail on a good answer, whatever the language."""
    reader.signs_up().begins().reads_card()
    answer_everything(reader)
    assert len(Draft.objects.get().content["data"]) > 20
    return reader


def test_every_question_says_what_is_wrong_and_what_to_do(everything_answered, wrong_with, mirror):
    pages = list(questions(everything_answered))

    refused = [name for name, answer in pages if answer.status_code == 422]
    assert wrong_with(pages) == []
    assert (len(refused) >= 60, len(mirror.seen) >= 60) == (True, True)


def test_pages_around_the_return_say_what_is_wrong_and_what_to_do(reader, wrong_with):
    pages = [*tour.public_pages(reader), *tour.own_pages(reader), *tour.agents_pages(reader)]

    assert wrong_with(pages) == []


def test_pages_of_a_filing_say_what_is_wrong_and_what_to_do(reader, wrong_with, office):
    reader.is_ready_to_sign()

    assert wrong_with(tour.pages_of_a_filing(reader, office)) == []


def test_pages_of_a_later_return_say_what_is_wrong_and_what_to_do(reader, wrong_with, office):
    reader.is_ready_to_sign()

    assert wrong_with(tour.pages_of_a_later_return(reader, office)) == []


def test_pages_from_last_year_say_what_is_wrong_and_what_to_do(reader, wrong_with):
    assert wrong_with(tour_last_year.pages_from_last_year(reader)) == []


@pytest.mark.usefixtures("scanner")
def test_pages_of_papers_say_what_is_wrong_and_what_to_do(reader, wrong_with, settings):
    assert wrong_with(tour_apart.pages_of_papers(reader, settings)) == []


def test_pages_of_corrections_say_what_is_wrong_and_what_to_do(reader, wrong_with, office):
    assert wrong_with(tour_apart.pages_of_corrections(reader, office)) == []


def test_pages_of_bad_days_and_with_the_app_say_what_is_wrong_and_what_to_do(
    reader, wrong_with, phone
):
    assert wrong_with(tour_apart.pages_of_bad_days(reader)) == []
    assert wrong_with(tour_card.pages_of_two_ways(reader, phone)) == []
    reader.client.post("/account/logout/")
    reader.email = "hanako@example.jp"
    assert wrong_with(tour_apart.pages_with_the_app(reader, phone)) == []
