"""A language is chosen on any page, keeps the page, and is kept for the resident."""

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone, translation

from config.translations import said
from portal import notices
from portal.languages import shown_language
from portal.models import Event, Resident

pytestmark = pytest.mark.django_db


def chooses(client, code, page="/help/"):
    return client.post("/language/", {"language": code, "next": page})


def lang_of(page):
    return page.content.decode().split('<html lang="')[1].split('"')[0]


@pytest.mark.parametrize(
    ("code", "lang", "title"),
    [
        ("en", "en", "<h1>Guide</h1>"),
        ("ja-easy", "ja", "<h1>使い方</h1>"),
        ("ja", "ja", "<h1>使い方</h1>"),
    ],
)
def test_choice_keeps_the_page_and_stays(code, lang, title):
    visitor = Client()

    answer = chooses(visitor, code)
    page = visitor.get(answer.headers["Location"])

    assert answer.headers["Location"] == "/help/"
    assert (page["Content-Language"], lang_of(page)) == (code, lang)
    assert title in page.content.decode()


def test_switch_is_a_form_on_every_page_and_marks_what_is_chosen():
    visitor = Client()
    chooses(visitor, "en")

    page = visitor.get("/glossary/?x=1").content.decode()

    assert 'action="/language/"' in page
    assert 'name="next" value="/glossary/?x=1"' in page
    assert 'value="en" lang="en" aria-current="true"' in page
    assert 'value="ja-easy" lang="ja"' in page


@pytest.mark.parametrize("page", ["https://example.com/", "//example.com", "/no/page/", ""])
def test_choice_leads_nowhere_else(page):
    assert chooses(Client(), "en", page).headers["Location"] == "/"


def test_choice_on_a_page_that_was_posted_to_leads_to_the_page_before(sato):
    answer = chooses(sato.signs_up().client, "en", "/return/R9/sign/submit/")

    assert answer.headers["Location"] == "/return/R9/sign/"


def test_unknown_language_changes_nothing():
    visitor = Client()

    answer = chooses(visitor, "xx")

    assert "django_language" not in answer.cookies
    assert lang_of(visitor.get("/help/")) == "ja"


def test_language_goes_along_to_another_device_and_into_the_mails(sato):
    sato.signs_up()
    chooses(sato.client, "en")
    other = Client()
    other.force_login(Resident.objects.get())

    assert lang_of(other.get("/settings/")) == "en"
    assert Event.objects.filter(action="language.choose").count() == 1


def test_mail_comes_in_the_language_of_the_account(sato):
    sato.is_ready_to_sign()
    chooses(sato.client, "en")
    sato.files()
    mail.outbox.clear()

    notices.send_due(timezone.now())

    assert [sent.subject for sent in mail.outbox] == ["Kumamoto City resident tax return: received"]


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("en-US,en;q=0.9", "en"),
        ("ja,en;q=0.5", "ja"),
        ("zh-TW", "zh-hant"),
        ("zh-CN,zh;q=0.9", "zh-hans"),
        ("pt-PT,pt;q=0.9", "pt-br"),
        ("fil", "tl"),
        ("de,fr;q=0.5", "ja"),
        ("*", "ja"),
    ],
)
def test_browsers_language_is_the_first_choice(asked, language):
    assert Client(headers={"accept-language": asked}).get("/")["Content-Language"] == language


def test_begun_language_shows_later_pages_in_english_and_says_so_in_its_own_words():
    visitor = Client()
    chooses(visitor, "ko")

    first, later, missing = (visitor.get(page) for page in ("/", "/help/", "/no/such/page/"))

    assert [page["Content-Language"] for page in (first, later, missing)] == ["ko", "en", "en"]
    assert 'lang="ko">이 화면은 아직 한국어로' in later.content.decode()
    assert "아직 한국어로" not in first.content.decode()
    assert shown_language("ko") == "en"


def test_offices_stock_sentence_is_translated_and_a_clerks_own_marked_as_japanese(sato, office):
    pk = sato.is_ready_to_sign().files()
    number = Resident.objects.get().submissions.get().receipt_number
    words = "申告の内容に確認したいところがあります。訂正をお願いします。\n中島さんの分です。"
    office.reports(number, "needs_correction", "correction_requested", words)
    chooses(sato.client, "en")

    page = sato.client.get(f"/filings/{pk}/").content.decode()

    assert "There is something in your return that we need to check" in page
    assert '<span lang="ja">中島さんの分です。</span>' in page


def test_library_speaks_the_language_of_the_page_with_its_numbers_and_names(sato):
    sato.is_ready_to_sign()
    chooses(sato.client, "en")

    page = sato.client.get("/return/R9/estimate/").content.decode()

    assert "Employment income after deduction (給与所得)" in page
    assert "income deductions" in page
    assert 'lang="ja">地方税法34条' in page


def test_what_no_catalogue_knows_stays_as_it_is():
    with translation.override("en"):
        assert said.say("給与(2件目)の支払金額が大きすぎます。けた数を確かめてください。") == (
            "Employment income (給与) (no. 2): Amount paid (支払金額) is too large. "
            "Please check the number of digits."
        )
        assert said.say("木の実") == "木の実"
        assert said.words_of("氏名の木") == "氏名の木"
    with translation.override("ja"):
        assert said.say("給与") == "給与"
