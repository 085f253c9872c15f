"""Last year's return as a beginning: names stay, amounts and numbers do not, all is confirmed."""

import pytest

from portal.interview.payload import answers
from portal.models import Draft, Submission
from portal.services.drafts import situation_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed_last_year(sato):
    """Sato has filed for R8 and is about to begin R9."""
    sato.year = "R8"
    sato.is_ready_to_sign().files()
    sato.year = "R9"
    return sato


def begins_from_last_year(person):
    return person.begins(from_last_year="on")


def draft(person):
    return Draft.objects.get(resident__asked_email=person.email, tax_year="R9")


def test_who_filed_last_year_is_offered_its_answers(filed_last_year):
    assert "去年ここで送った申告" in filed_last_year.client.get("/return/start/").content.decode()


def test_who_did_not_is_not(sato):
    sato.signs_up()

    assert "去年ここで送った" not in sato.client.get("/return/start/").content.decode()


def test_names_are_filled_in_and_no_amount_number_or_answered_page_is(filed_last_year):
    begins_from_last_year(filed_last_year)

    situation = situation_of(draft(filed_last_year))
    slip = situation.items("salaries")[0]
    assert {name: value for name, value in slip.items() if name != "id"} == {
        "payer": "株式会社くまもと商店"
    }
    assert situation.card == {}
    assert "123456789018" not in str(situation.content)
    assert answers(situation)["salaries"] == []


def test_last_years_answer_stands_beside_the_question(filed_last_year):
    begins_from_last_year(filed_last_year).reads_card()
    item = situation_of(draft(filed_last_year)).items("salaries")[0]["id"]

    payer = filed_last_year.client.get(f"/return/R9/salaries/{item}/payer/").content.decode()
    revenue = filed_last_year.client.get(f"/return/R9/salaries/{item}/revenue/").content.decode()

    assert 'value="株式会社くまもと商店"' in payer
    assert "去年の申告" in revenue
    assert "3,200,000円" in revenue
    assert 'value="3,200,000"' not in revenue


def test_check_shows_the_difference_and_the_filed_return_keeps_nothing_of_last_year(
    filed_last_year,
):
    person = begins_from_last_year(filed_last_year).reads_card().answers_basics()
    item = situation_of(draft(person)).items("salaries")[0]["id"]
    person.answers("income/kinds", kinds=["salary"])
    for page, fields in {
        "payer": {"payer": "株式会社くまもと商店"},
        "revenue": {"revenue": "3,300,000"},
        "withheld-tax": {},
        "social-insurance": {"social_insurance": "480000"},
    }.items():
        person.answers(f"salaries/{item}/{page}", **fields)
    person.has_nothing_special()

    page = person.client.get("/return/R9/check/").content.decode()
    submission = Submission.objects.get(pk=person.files())

    assert "去年の申告とのちがい(1か所)" in page
    assert "3,200,000円" in page
    assert "last_year" not in submission.content
    assert "last_year" not in draft(person).content


def test_draft_that_was_begun_already_is_not_overwritten(filed_last_year):
    filed_last_year.begins().reads_card()

    begins_from_last_year(filed_last_year)

    assert "last_year" not in draft(filed_last_year).content
