"""Pages for everybody, and every page of a return at both ends of its life."""

import re
from datetime import date

import pytest
from django.test import Client

from portal import checker, years
from portal.interview.sections import SECTIONS

pytestmark = pytest.mark.django_db


def test_landing_page_shows_deadline_start_and_phone():
    page = Client().get("/").content.decode()

    assert "申告期限" in page
    assert "申告をはじめる" in page
    assert "096-328-2181" in page


def test_health_says_ok():
    assert Client().get("/healthz").json() == {"status": "ok", "zone": "portal"}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 9, 30), ["R8", "R7"]),
        (date(2026, 10, 1), ["R9", "R8"]),
        (date(2026, 11, 23), ["R9", "R8"]),
        (date(2027, 3, 16), ["R9", "R8"]),
    ],
)
def test_season_to_come_opens_in_october(day, expected):
    assert years.open_years(day) == expected


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ({"home": "no"}, "elsewhere"),
        ({"home": "yes", "income_tax": "yes"}, "not_required"),
        ({"income": "salary", "reported": "yes", "deductions": "no"}, "not_required"),
        ({"income": "salary", "reported": "yes", "deductions": "yes"}, "useful"),
        ({"income": "salary", "reported": "unknown"}, "required"),
        ({"income": "pension", "deductions": "no"}, "not_required"),
        ({"income": "pension", "deductions": "yes"}, "useful"),
        ({"income": "both"}, "required"),
        ({"income": "other"}, "required"),
        ({"income": "assets", "withheld": "listed"}, "not_required"),
        ({"income": "assets", "withheld": "land"}, "required"),
        ({"income": "assets", "withheld": "other"}, "required"),
        ({"income": "none", "supported": "yes"}, "not_required"),
        ({"income": "none", "supported": "no"}, "required"),
    ],
)
def test_duty_check_answers_with_reason_and_article(given, outcome):
    answers = {"home": "yes", "income_tax": "no"} | given

    page = Client().get("/check/", answers).content.decode()

    verdict = checker.verdict(checker.clean(answers))
    assert verdict.outcome == outcome
    assert str(verdict.reason) in page
    assert str(verdict.article) in page


def test_duty_check_of_salary_and_pension_speaks_of_no_side_job():
    answers = {"home": "yes", "income_tax": "no", "income": "both"}

    page = Client().get("/check/", answers).content.decode()

    assert "両方ある人は、会社と年金の源泉徴収票を見て申告します(要確認)。" in page
    assert "20万円以下" not in page


def test_duty_check_asks_at_most_six_questions():
    def longest(answers):
        question = checker.next_question(answers)
        if question is None:
            return 0
        return 1 + max(longest(answers | {question.code: code}) for code, _ in question.choices)

    assert longest({}) <= 6


def test_duty_check_without_an_answer_says_what_to_do():
    page = Client().get("/check/", {"asked": "home"}).content.decode()

    assert "答えを1つ選んでから" in page
    assert "<title>エラー:" in page


def test_duty_check_tells_filers_of_an_income_tax_return_to_stop():
    page = Client().get("/check/", {"home": "yes", "income_tax": "yes"}).content.decode()

    assert "両方は出さないでください" in page


def every_page(person):
    """Return the addresses of every page that this return can show now."""
    addresses = ["", "card/", "estimate/", "check/", "sign/"]
    for section in SECTIONS:
        addresses.append(f"{section.code}/")
        addresses += [f"{section.code}/{page.code}/" for page in section.pages]
        addresses += [f"{section.code}/new/{page.code}/" for page in section.items]
    return [f"/return/{person.year}/{address}" for address in addresses]


@pytest.mark.parametrize("year", ["R9", "R8"])
def test_every_page_opens_before_and_after_the_answers(sato, year):
    sato.year = year
    sato.signs_up().begins()
    before = [sato.client.get(address).status_code for address in every_page(sato)]
    sato.reads_card().answers_basics().earns().has_nothing_special()
    after = [sato.client.get(address).status_code for address in every_page(sato)]
    pk = sato.files()
    closed = [sato.client.get(address).status_code for address in every_page(sato)]

    assert set(before) | set(after) | set(closed) <= {200, 302, 404}
    assert sato.client.get(f"/filings/{pk}/").status_code == 200


def test_every_page_of_the_interview_shows_its_errors(sato):
    sato.signs_up().begins().reads_card()

    answer = sato.posts("basic/phone", {"phone": "12"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>エラー:" in page
    assert page.count("電話番号は10けたか11けたの数字で入力してください") == 2


def test_every_page_of_the_interview_opens_again_when_it_is_posted_empty(sato):
    sato.signs_up().begins().reads_card()
    refused = []
    for section in SECTIONS:
        names = [page.code for page in section.pages]
        names += [f"new/{page.code}" for page in section.items[:1]]
        for name in names:
            answer = sato.posts(f"{section.code}/{name}", {})
            assert answer.status_code in (302, 404, 422), name
            if answer.status_code == 422:
                refused.append(name)
                assert "data-error-summary" in answer.content.decode(), name

    assert "phone" in refused
    assert "new/person" not in refused  # asked only of those who said that they have family


def test_pages_hold_no_inline_script_or_style(sato):
    sato.is_ready_to_sign()

    for address in ("/", "/check/", "/return/R9/", "/return/R9/card/", "/return/R9/sign/"):
        page = sato.client.get(address).content.decode()
        assert re.findall(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", page) == []


def test_unknown_address_gets_a_page_that_says_what_to_do():
    answer = Client().get("/return-of-the-king/")

    assert answer.status_code == 404
    assert "はじめの画面に戻る" in answer.content.decode()


def test_server_error_page_asks_nothing_of_the_database(rf):
    from portal.views.errors import server_error

    answer = server_error(rf.get("/"))

    assert answer.status_code == 500
    assert "うまく動きませんでした" in answer.content.decode()
