"""Every form, sent empty and sent wrong, in each complete language: what the page then says.

`test_every_page_looked_at` looks at the same states in a browser; here their words are read.
"""

import re
from html.parser import HTMLParser

import pytest

from portal.models import Draft
from tests.portal import tour, tour_apart, tour_card
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
        self.title, self.messages, self.links, self.ids, self.notices = "", [], [], set(), 0
        self.within = []
        self.feed(answer.content.decode())

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        self.ids.add(has.get("id"))
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
        if page.is_wrong != page.title.strip().startswith(LANGUAGES[language]):
            yield name, "title", page.title.strip(), page.messages
        for link in page.links:
            if link.startswith("#") and link[1:] not in page.ids:
                yield name, "leads nowhere", link
        for message in page.messages:
            if not ASKS[language].search(message):
                yield name, "says nothing to do", message
            if not message.endswith((".", "。", ")", "?", "”")):
                yield name, "no sentence", message


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


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


def test_every_question_says_what_is_wrong_and_what_to_do(everything_answered, language):
    pages = list(questions(everything_answered))

    refused = [name for name, answer in pages if answer.status_code == 422]
    assert list(complaints(pages, language)) == []
    assert len(refused) >= 60


def test_pages_around_the_return_say_what_is_wrong_and_what_to_do(reader, language):
    pages = [*tour.public_pages(reader), *tour.own_pages(reader), *tour.agents_pages(reader)]

    assert list(complaints(pages, language)) == []


def test_pages_of_a_filing_say_what_is_wrong_and_what_to_do(reader, language, office):
    reader.is_ready_to_sign()

    assert list(complaints(tour.pages_of_a_filing(reader, office), language)) == []


def test_pages_of_a_later_return_say_what_is_wrong_and_what_to_do(reader, language, office):
    reader.is_ready_to_sign()

    assert list(complaints(tour.pages_of_a_later_return(reader, office), language)) == []


@pytest.mark.usefixtures("scanner")
def test_pages_of_papers_say_what_is_wrong_and_what_to_do(reader, language, settings):
    assert list(complaints(tour_apart.pages_of_papers(reader, settings), language)) == []


def test_pages_of_corrections_say_what_is_wrong_and_what_to_do(reader, language, office):
    assert list(complaints(tour_apart.pages_of_corrections(reader, office), language)) == []


def test_pages_of_bad_days_and_with_the_app_say_what_is_wrong_and_what_to_do(
    reader, language, phone
):
    assert list(complaints(tour_apart.pages_of_bad_days(reader), language)) == []
    assert list(complaints(tour_card.pages_of_two_ways(reader, phone), language)) == []
    reader.client.post("/account/logout/")
    reader.email = "hanako@example.jp"
    assert list(complaints(tour_apart.pages_with_the_app(reader, phone), language)) == []
