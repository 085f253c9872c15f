"""The estimate is the assessment's own figure, or says what is missing."""

import pytest

import tax
from filing import tax_inputs
from portal.estimate import estimate
from portal.interview.payload import answers
from portal.models import Draft
from portal.services.drafts import situation_of

pytestmark = pytest.mark.django_db


def situation(person):
    return situation_of(Draft.objects.get(resident__asked_email=person.email))


def test_estimate_equals_the_assessment_of_the_same_answers(sato):
    # 3,200,000 - 1,040,000 = 2,160,000; - 430,000 - 480,000 = 1,250,000; 10% = 125,000;
    # 調整控除 2,500; 均等割 and 森林環境税 5,500.
    sato.is_ready_to_sign()
    seen = situation(sato)
    inputs = tax_inputs(answers(seen), birth_date=seen.birth_date, tax_year="R9")

    assert estimate(seen).total == tax.assess(inputs, tax_year="R9").result["total"] == 128_000


def test_estimate_names_what_is_missing_before_the_card_is_read(sato):
    sato.signs_up().begins()

    shown = estimate(situation(sato))

    assert shown.total is None
    assert [str(title) for title in shown.missing] == ["カードの読み取り", "収入の種類"]


def test_estimate_is_an_upper_bound_while_deductions_are_open(sato):
    sato.signs_up().begins().reads_card().answers_basics().earns()

    assert estimate(situation(sato)).at_most is True


def test_estimate_shows_the_difference_made_by_the_last_answer(sato):
    sato.is_ready_to_sign()
    before = estimate(situation(sato)).total

    sato.answers("social-insurance/paid", paid="yes")
    sato.answers("social-insurance/amounts", national_pension="203,760")

    shown = estimate(situation(sato))
    assert shown.change == shown.total - before
    assert shown.change < 0


def test_preview_shows_the_estimate_of_what_is_typed_and_stores_nothing(sato):
    sato.is_ready_to_sign()
    sato.answers("social-insurance/paid", paid="yes")
    version = sato.version()

    answer = sato.posts("social-insurance/amounts", {"national_pension": "203760", "preview": "1"})

    assert answer.status_code == 200
    assert 'id="estimate"' in answer.content.decode()
    assert "−" in answer.content.decode()
    assert sato.version() == version


def test_breakdown_has_every_line_with_its_basis(sato):
    sato.is_ready_to_sign()

    page = sato.client.get("/return/R9/estimate/").content.decode()

    for line in estimate(situation(sato)).lines:
        assert line.label in page


def test_no_page_calls_the_estimate_final(sato):
    sato.is_ready_to_sign()

    for address in ("/return/R9/", "/return/R9/estimate/", "/return/R9/check/"):
        assert "確定" not in sato.client.get(address).content.decode().replace("確定申告", "")
