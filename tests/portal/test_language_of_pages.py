"""Every page speaks the chosen language: nothing is left in Japanese but names and legal terms.

The pseudo-locale has a translation for every message, without a word in it: what is Japanese
there is written into the code or a template and can never be translated.
"""

import io
import re

import polib
import pytest
from django.forms.renderers import get_default_renderer
from django.template import Engine
from django.utils import translation
from icalendar import Calendar
from pypdf import PdfReader

from config import context
from config.translations import catalogues, said, scopes
from portal import years
from portal.copies.pdf import printed_on
from portal.interview.model import Situation
from portal.interview.pages import opened
from portal.interview.sections import SECTIONS
from portal.interview.summary import form_of
from portal.models import AccountMail, Notice, Resident, Submission
from tests.portal import tour, tour_apart, tour_last_year
from tests.portal.reading import japanese_in, texts_of, without_names

pytestmark = pytest.mark.django_db
PLACES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]+>")
ANSWERED = {200, 302, 400, 403, 404, 405, 409, 413, 422, 429, 500, 503}


def pseudo(text):
    return "Ẋẋ " + " ".join(PLACES.findall(text))


@pytest.fixture(scope="session")
def pseudo_locale(tmp_path_factory):
    """Lay catalogues in which every message is there and says nothing."""
    folder = tmp_path_factory.mktemp("locale")
    english = scopes.CATALOGUES[0]
    for domain in catalogues.DOMAINS:
        made = catalogues.updated(polib.POFile(), english, catalogues.sources(english, domain))
        for entry in made:
            entry.msgstr = "" if entry.msgid_plural else pseudo(entry.msgid)
            for form in entry.msgstr_plural:
                entry.msgstr_plural[form] = pseudo(entry.msgid)
        path = folder / "en" / "LC_MESSAGES" / f"{domain}.mo"
        path.parent.mkdir(parents=True, exist_ok=True)
        made.save_as_mofile(str(path))
    return folder


@pytest.fixture(params=["pseudo", "english"])
def language(request, settings):
    """Speak English, or what has taken its place; return whether legal terms may stand in it."""
    if request.param == "pseudo":
        settings.LOCALE_PATHS = [request.getfixturevalue("pseudo_locale")]
    forget_what_was_said()
    yield request.param
    forget_what_was_said()


def forget_what_was_said():
    """Let nothing stay that was said before in the other English."""
    said._texts.cache_clear()
    context._said.cache_clear()
    years._words.cache_clear()
    opened._everybodys.cache_clear()
    engines = [Engine.get_default(), get_default_renderer().engine.engine]
    for loader in [loader for engine in engines for loader in engine.template_loaders]:
        loader.reset()


@pytest.fixture
def reader(sato, language):
    sato.client.cookies["django_language"] = "en"
    return sato


def left_over(pages, language):
    """Return what is still Japanese, by page."""
    found = {}
    for address, page in pages:
        assert page.status_code in ANSWERED, address
        if page.status_code != 302:
            texts = texts_of(page.content.decode())
            found[address] = japanese_in(texts, terms=language == "english")
    assert found
    return {address: texts for address, texts in found.items() if texts}


def test_public_pages_leave_nothing_in_japanese(reader, language):
    assert left_over(tour.public_pages(reader), language) == {}


def test_pages_of_a_return_leave_nothing_in_japanese(reader, language):
    assert left_over(tour.own_pages(reader), language) == {}
    assert left_over(tour.agents_pages(reader), language) == {}


def test_pages_of_a_filing_leave_nothing_in_japanese_but_the_clerks_own_words(
    reader, language, office
):
    reader.is_ready_to_sign()

    assert left_over(tour.pages_of_a_filing(reader, office), language) == {}


def test_pages_of_a_later_return_leave_nothing_in_japanese(reader, language, office):
    reader.is_ready_to_sign()

    assert left_over(tour.pages_of_a_later_return(reader, office), language) == {}


def test_pages_from_last_year_leave_nothing_in_japanese(reader, language):
    assert left_over(tour_last_year.pages_from_last_year(reader), language) == {}


def test_pages_of_bad_days_leave_nothing_in_japanese(reader, language):
    assert left_over(tour_apart.pages_of_bad_days(reader), language) == {}


@pytest.mark.usefixtures("scanner")
def test_pages_of_papers_leave_nothing_in_japanese(reader, language, settings):
    assert left_over(tour_apart.pages_of_papers(reader, settings), language) == {}


def test_pages_of_corrections_leave_nothing_in_japanese(reader, language, office):
    assert left_over(tour_apart.pages_of_corrections(reader, office), language) == {}


def test_pages_with_the_app_leave_nothing_in_japanese(reader, language, phone):
    assert left_over(tour_apart.pages_with_the_app(reader, phone), language) == {}


def test_every_question_and_its_errors_leave_nothing_in_japanese(language):
    situation, found = Situation({}, "R9"), {}
    with translation.override("en"):
        for section in SECTIONS:
            for page in section.all_pages():
                forms = [form_of(page, situation, {"name": "佐藤 花子"})]
                forms += [form_of(page, situation, {}, data) for data in wrong_answers(page)]
                words = [section.title, section.item_title, page.title, page.lead, *forms]
                texts = texts_of("<p>".join(str(word) for word in words))
                found[section.code, page.code] = japanese_in(texts, terms=language == "english")
    assert {page: texts for page, texts in found.items() if texts} == {}


def wrong_answers(page):
    """Yield nothing at all, something that fits no box, and an amount beyond every limit."""
    names = list(page.form.base_fields)
    yield {}
    yield dict.fromkeys(names, "???") | {f"{name}_year": "99" for name in names}
    yield dict.fromkeys(names, "99999999999")


def test_mails_leave_nothing_in_japanese(reader, language):
    reader.is_ready_to_sign().files()

    mails = tour.mails_of(reader)

    assert len(mails) == 2 * (len(Notice.Kind.values) + len(AccountMail.Kind.values))
    assert japanese_in(mails, terms=language == "english") == []


def test_copies_leave_nothing_in_japanese(reader, language):
    reader.is_ready_to_sign()
    reader.answers("income/kinds", kinds=["salary", "misc"])
    reader.answers(
        "misc/new/entry", description="talk", payer="city", revenue="500000", nature="other"
    )
    reader.answers("collection/method", collection="ordinary")
    pk = reader.files()

    pdf = PdfReader(io.BytesIO(reader.client.get(f"/filings/{pk}/copy.pdf").content))
    events = Calendar.from_ical(reader.client.get(f"/filings/{pk}/calendar.ics").content).events
    with translation.override("en"):
        texts = list(strings_of(printed_on(Submission.objects.get())))
    texts += [str(event[name]) for event in events for name in ("summary", "description")]

    assert pdf.root_object["/Lang"] == "en-JP"
    assert japanese_in(texts, terms=language == "english") == []


def strings_of(printed):
    """Yield what is printed but the boxes, which are called as on the paper: カ, 裏面6."""
    if isinstance(printed, str):
        yield printed
    for name, part in printed.items() if isinstance(printed, dict) else ():
        if name != "box":
            yield from strings_of(part)
    for part in printed if isinstance(printed, list) else ():
        yield from strings_of(part)


@pytest.mark.parametrize("code", ["zh-hans", "zh-hant", "ko", "vi", "ne", "pt-br", "tl"])
def test_begun_language_has_the_first_pages_whole(sato, code):
    sato.signs_up().begins().reads_card().answers_basics().earns()
    sato.client.cookies["django_language"] = code
    pages = [sato.client.get(page) for page in ("/", "/check/", "/return/R9/")]

    texts = [text for page in pages for text in texts_of(page.content.decode())]

    assert {page["Content-Language"] for page in pages} == {code}
    # Chinese shares its characters with Japanese; kana are of no other language.
    kana = re.compile("[\u3041-\u30fa\u30fc-\u30fe]")
    assert [text for text in texts if kana.search(without_names(text, terms=True))] == []


@pytest.mark.parametrize("code", ["ja-easy", "en"])
def test_language_of_the_account_is_the_language_of_its_mails(sato, code):
    sato.client.cookies["django_language"] = code
    sato.signs_up()

    assert Resident.objects.get().language == code
