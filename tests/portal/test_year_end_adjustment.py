"""Who has a salary and files: what 年末調整 gave is entered again, and the slip's boxes suffice."""

import pytest

from portal.estimate import assess
from portal.interview.flow import OPTIONAL, status_of, unfinished
from portal.interview.left_out import ONE_STOP, YEAR_END
from portal.interview.payload import answers
from portal.interview.sections import BY_CODE
from portal.models import Draft
from portal.services.drafts import situation_of

pytestmark = pytest.mark.django_db

PAID, AGAIN = "social-insurance/which", "年末調整で受けた控除"
SLIP = {"payer": "商店", "revenue": "6,000,000", "social_insurance": "1,026,000"}
LOAN = {"credit": "210,000", "move_in_year": "2023", "specified": "no"}
BOXES = {"credited": "138,500", "after_deduction": "4,360,000", "deductions_total": "1,591,900"}


def situation(person):
    return situation_of(Draft.objects.get(resident__asked_email=person.email, tax_year=person.year))


def text_of(person, page):
    return person.client.get(f"/return/R9/{page}/").content.decode()


@pytest.fixture
def beginner(sato):
    return sato.signs_up().begins().reads_card().answers_basics()


@pytest.fixture
def earner(beginner):
    beginner.answers("income/kinds", kinds=["salary"])
    beginner.answers("salaries/new/slip", **SLIP)
    return beginner


@pytest.fixture
def pensioner(beginner):
    beginner.answers("income/kinds", kinds=["pension"])
    beginner.answers("pensions/new/slip", revenue="1,900,000", source="state")
    return beginner


def test_both_rows_of_a_slip_are_copied_and_the_upper_one_is_folded(earner):
    assert "二段に書かれているとき" in text_of(earner, "salaries/new/slip")

    earner.answers("salaries/new/slip", mutual_aid="276,000", **SLIP | {"payer": "湯"})

    assert answers(situation(earner))["salaries"] == [
        {"payer": "商店", "revenue": 6_000_000, "withheld_tax": 0, "social_insurance": 1_026_000},
        {
            "payer": "湯",
            "revenue": 6_000_000,
            "withheld_tax": 0,
            "social_insurance": 1_026_000,
            "mutual_aid": 276_000,
        },
    ]


def test_upper_row_above_the_lower_one_is_refused_at_the_box(earner):
    answer = earner.posts("salaries/new/slip", SLIP | {"mutual_aid": "1,026,001"})

    assert answer.status_code == 422
    assert "上の段の金額が、下の段(1,026,000円)より大きいです" in answer.content.decode()


def test_contributions_on_the_slip_are_said_to_stay_out(earner):
    earner.answers("more/which", which=["mutual_aid"])

    assert "源泉徴収票に入っているので書きません" in text_of(earner, "mutual-aid/amounts")


def test_list_of_what_was_paid_says_to_enter_it_again_and_asks_for_the_loan(earner):
    page = text_of(earner, PAID)

    assert AGAIN in page
    assert 'value="housing"' in page


def test_pensioner_sees_nothing_of_a_year_end_adjustment(pensioner):
    page = text_of(pensioner, PAID)

    assert AGAIN not in page
    assert 'value="housing"' not in page
    pensioner.answers(PAID, which="none")
    assert "housing" not in situation(pensioner).content["data"]
    assert AGAIN not in text_of(pensioner, "check")


def test_loan_is_asked_with_the_boxes_of_the_slip_and_the_rest_follows(earner):
    """210,000 - 138,500 = 71,500 less; 4,360,000 - 1,591,900 is cut to 2,768,000."""
    before = assess(situation(earner)).result["total"]
    assert earner.answers(PAID, which=["housing"]) == "/return/R9/housing/loan/"
    assert earner.answers("housing/loan", **LOAN) == "/return/R9/housing/income-tax/"
    earner.answers("housing/income-tax", **BOXES)

    found = situation(earner)

    assert answers(found)["housing"] == {
        "credit": 210_000,
        "move_in_year": 2023,
        "specified": False,
        "income_tax_taxable": 2_768_000,
        "income_tax_before_credit": 138_500,
    }
    assert before - assess(found).result["total"] == 71_500


def test_figures_that_were_computed_are_taken_as_before(earner):
    earner.answers("more/which", which=["housing"])
    earner.answers("housing/loan", **LOAN)
    earner.answers(
        "housing/income-tax", income_tax_taxable="1200000", income_tax_before_credit="60000"
    )

    filed = answers(situation(earner))["housing"]

    assert (filed["income_tax_taxable"], filed["income_tax_before_credit"]) == (1_200_000, 60_000)


@pytest.mark.parametrize(
    ("boxes", "said"),
    [
        (BOXES | {"credited": ""}, "「住宅借入金等特別控除の額」を入力してください"),
        ({"income_tax_taxable": "1"}, "「住宅ローン控除を引く前の所得税額」を入力してください"),
        (BOXES | {"income_tax_taxable": "1"}, "どちらか一方だけ入力してください"),
    ],
)
def test_half_of_the_figures_is_refused_with_what_is_missing(earner, boxes, said):
    earner.answers(PAID, which=["housing"])
    earner.answers("housing/loan", **LOAN)

    answer = earner.posts("housing/income-tax", boxes)

    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_question_of_the_loan_may_stay_unanswered(earner):
    """A script that answers question by question, as docs/portal.md says, is not held up."""
    earner.answers_page_by_page()
    found = situation(earner)

    assert unfinished(found) == []
    assert status_of(BY_CODE["housing"], found, ()) == OPTIONAL
    assert earner.answers("housing/has", has="yes") == "/return/R9/housing/loan/"


def test_loan_is_not_offered_twice(earner):
    assert 'value="housing"' not in text_of(earner, "more/which")


def test_check_page_tells_what_gets_lost_and_leads_to_where_it_is_entered(earner):
    earner.answers(PAID, which="none")

    page = text_of(earner, "check")

    assert f'<a href="/return/R9/{PAID}/?return=check">{YEAR_END}</a>' in page
    assert f'<a href="/return/R9/more/which/?return=check">{ONE_STOP}</a>' in page


def test_who_enters_gifts_is_not_warned_any_more(pensioner):
    assert str(ONE_STOP) in text_of(pensioner, "check")

    pensioner.answers("more/which", which=["donations"])

    assert str(ONE_STOP) not in text_of(pensioner, "check")


def test_who_had_no_income_is_not_told_of_gifts(beginner):
    beginner.answers("income/kinds", kinds=["none"])

    assert str(ONE_STOP) not in text_of(beginner, "check")


def test_checker_tells_that_one_stop_gifts_have_to_be_entered(client):
    answered = "/check/?home=yes&income_tax=no&income=salary&reported=yes&deductions=yes"

    page = client.get(answered).content.decode()

    assert "ワンストップ特例は申告すると無効になる" in page
