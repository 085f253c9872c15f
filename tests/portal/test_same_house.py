"""同居特別障害者: a severely disabled relative in a nursing home is in another house."""

import pytest

from portal.estimate import estimate
from portal.interview.flow import unfinished
from portal.models import Draft
from tests.portal.test_conditions_of_law import filed, situation
from tests.portal.test_more_incomes import goes_on

pytestmark = pytest.mark.django_db
HOUSE = "同じ家で暮らしているか答えて"
WIFE = {"name": "佐藤 花", "birth_date": "1980-02-03"}
NUMBER = {"personal_number": "234567890121"}


@pytest.fixture
def earner(sato):
    return sato.is_ready_to_sign()


def tells_of_spouse(person, *, cohabiting):
    goes_on(
        person,
        person.answers("spouse/has", has="yes"),
        WIFE,
        {"salary_revenue": ""},
        {"living": "together"},
        {"disability": "special"},
        {"cohabiting": cohabiting},
        NUMBER,
    )


def tells_of_relative(person, relation, born, *following):
    person.answers("relatives/has", has="yes")
    first = person.answers(
        "relatives/new/person", name="佐藤 正", birth_date=born, relation=relation
    )
    goes_on(person, first, {"salary_revenue": ""}, {"living": "together"}, *following, NUMBER)


@pytest.mark.parametrize(
    ("cohabiting", "disability", "deduction"),
    [("yes", "special_co", 530_000), ("no", "special", 300_000)],
)
def test_spouse_counts_by_the_house_that_was_asked_for(earner, cohabiting, disability, deduction):
    tells_of_spouse(earner, cohabiting=cohabiting)

    assert filed(earner)["spouse"]["disability"] == disability
    assert estimate(situation(earner)).result["disability_deduction"] == deduction
    assert HOUSE not in earner.client.get("/return/R9/check/").content.decode()


@pytest.mark.parametrize(("cohabiting", "disability"), [("yes", "special_co"), ("no", "special")])
def test_brother_counts_by_the_house_that_was_asked_for(earner, cohabiting, disability):
    told = {"disability": "special"}, {"cohabiting": cohabiting}
    tells_of_relative(earner, "sibling", "1970-02-03", *told)

    assert [row["disability"] for row in filed(earner)["relatives"]] == [disability]


@pytest.mark.parametrize(("cohabiting", "disability"), [("yes", "special_co"), ("no", "special")])
def test_old_parent_is_asked_once_for_both_deductions(earner, cohabiting, disability):
    told = {"cohabiting": cohabiting}, {"disability": "special"}
    tells_of_relative(earner, "parent", "1950-05-05", *told)
    earner.answers("personal/partner", partner="no")

    assert unfinished(situation(earner)) == []
    row = filed(earner)["relatives"][0]
    assert (row["disability"], row["cohabiting_parent"]) == (disability, cohabiting == "yes")


def test_who_answered_before_the_house_was_asked_is_asked_on_the_check_page(earner):
    tells_of_spouse(earner, cohabiting="yes")
    draft = Draft.objects.get()
    content = draft.content
    del content["data"]["spouse"]["cohabiting"]
    draft.content = content
    draft.save()

    page = earner.client.get("/return/R9/check/").content.decode()
    earner.answers("spouse/house", cohabiting="no")

    assert HOUSE in page
    assert 'href="/return/R9/spouse/house/?return=check"' in page
    assert HOUSE not in earner.client.get("/return/R9/check/").content.decode()
    assert filed(earner)["spouse"]["disability"] == "special"
