"""Of whom nothing comes, no 個人番号 is asked: relatives who earn too much, spouses apart."""

import json

import pytest

from portal.estimate import estimate
from portal.interview.flow import unfinished
from portal.interview.model import Situation
from portal.interview.sections import BY_CODE
from tests.portal.test_claimed_elsewhere import CHILD, HUSBAND, NUMBER, check_page, earner
from tests.portal.test_conditions_of_law import filed, refused, situation
from tests.portal.test_more_incomes import goes_on

__all__ = ["earner"]
pytestmark = pytest.mark.django_db
MOTHER = {"name": "佐藤 トメ", "birth_date": "1955-04-01", "relation": "parent"}
STUDENT = {"name": "佐藤 葵", "birth_date": "2006-04-01", "relation": "child"}


def tells_of(person, relative, **income):
    """Name a relative and the income; return where the interview goes next."""
    person.answers("relatives/has", has="yes")
    following = person.answers("relatives/new/person", **relative)
    return goes_on(person, following, income)


def entry(person):
    return situation(person).items("relatives")[0]["id"]


@pytest.mark.req("POR-04")
@pytest.mark.parametrize(
    ("relative", "income", "limit"),
    [(MOTHER, "620,001", "620,000"), (STUDENT, "1,230,001", "1,230,000")],
)
def test_relative_who_earns_too_much_is_neither_asked_for_a_number_nor_filed(
    earner, relative, income, limit
):
    """令和9年度: 合計所得 up to 620,000, of those of 19 to 22 up to 1,230,000 (法34条1項)."""
    before = estimate(situation(earner)).total

    following = tells_of(earner, relative, other_income=income)

    assert following == "/return/R9/relatives/"
    assert "この申告には書きません。" in earner.client.get(following).content.decode()
    earner.answers("personal/marital", marital="never")
    earner.answers("personal/partner", partner="no")
    assert unfinished(situation(earner)) == []
    assert (filed(earner)["relatives"], estimate(situation(earner)).total) == ([], before)
    said = f"{relative['name']}さんの所得が{limit}円を超えるので、控除はありません。"
    assert said in check_page(earner)
    number = f"/return/R9/relatives/{entry(earner)}/number/"
    assert earner.client.get(number).headers["Location"] == "/return/R9/"


@pytest.mark.parametrize(("relative", "income"), [(MOTHER, "620,000"), (STUDENT, "1,230,000")])
def test_relative_at_the_limit_is_asked_for_the_number(earner, relative, income):
    following = tells_of(earner, relative, other_income=income)
    page = earner.client.get(f"/return/R9/relatives/{entry(earner)}/number/").content.decode()
    rest = [{"living": "together"}, {"cohabiting": "yes"}, {"disability": "none"}, NUMBER]
    goes_on(earner, following, *(rest if relative is MOTHER else [rest[0], *rest[2:]]))

    assert "申告書に書かないので、番号を聞きません。" in page
    (told,) = filed(earner)["relatives"]
    assert told["personal_number"] == NUMBER["personal_number"]
    assert f"{told['total_income']:,}" == income


def test_income_that_is_found_later_takes_the_relative_out_after_a_warning(earner):
    following = tells_of(earner, MOTHER)
    goes_on(
        earner,
        following,
        {"living": "together"},
        {"cohabiting": "yes"},
        {"disability": "none"},
        NUMBER,
    )
    page = f"relatives/{entry(earner)}/income"

    asked = earner.posts(page, {"pension_revenue": "1,800,000"})
    kept = [row["name"] for row in filed(earner)["relatives"]]
    earner.answers(page, pension_revenue="1,800,000", confirmed="yes")

    assert (asked.status_code, kept) == (422, ["佐藤 トメ"])
    # 1,800,000 less 1,100,000: 700,000.
    assert filed(earner)["relatives"] == []
    assert NUMBER["personal_number"] not in json.dumps(filed(earner))


def test_income_of_a_child_too_young_to_be_asked_is_none(earner):
    """Typed while the birth date was another's: it is asked no more, and is not filed."""
    tells_of(earner, MOTHER, other_income="700,000")

    following = earner.answers(f"relatives/{entry(earner)}/person", **CHILD, confirmed="yes")
    goes_on(earner, following, {"living": "together"}, {"disability": "none"}, NUMBER)

    assert [row["total_income"] for row in filed(earner)["relatives"]] == [0]


def lives_apart(person, **household):
    following = goes_on(person, person.answers("spouse/has", has="yes"), HUSBAND, {})
    return goes_on(person, following, {"living": "apart"}, household)


@pytest.mark.req("POR-04")
def test_husband_of_another_household_brings_nothing_and_gives_no_number(earner):
    """生計を一にする (法23条1項7号): where there is no common budget, there is no deduction."""
    before = estimate(situation(earner)).total

    following = lives_apart(earner, one_household="no")
    told = earner.client.get(following, follow=True).content.decode()

    assert "家計が別々なので、佐藤 太郎さんの控除はありません。" in told
    assert "/spouse/" not in following
    assert unfinished(situation(earner)) == []
    assert "spouse" not in filed(earner)
    assert estimate(situation(earner)).total == before
    assert "別々です(生活費のやりとりがありません)" in check_page(earner)


def test_husband_who_works_in_another_town_is_asked_on(earner):
    following = lives_apart(earner, one_household="yes")
    goes_on(earner, following, {"address": "福岡市中央区天神1番"}, {"disability": "none"}, NUMBER)

    assert filed(earner)["spouse"]["living"] == "apart"
    assert filed(earner)["spouse"]["address"] == "福岡市中央区天神1番"


def test_who_was_born_after_the_year_is_refused_with_the_day_that_counts(earner):
    earner.answers("relatives/has", has="yes")
    earner.answers("spouse/has", has="yes")

    for place in ("relatives/new/person", "spouse/person"):
        said = refused(earner, place, **CHILD | {"birth_date": "2027-01-10"})
        assert "「生まれた日」が令和8年12月31日より後です。" in said
        assert "令和8年12月31日現在で決まります(地方税法第34条・第314条の2、条項は要確認)" in said
    assert filed(earner).get("relatives", []) == []


@pytest.mark.parametrize(
    ("worker", "relative", "asked"),
    [
        ({}, {}, ["family-workers"]),
        ({"personal_number": "234567890121"}, {}, ["family-workers"]),
        ({}, {"personal_number": "234567890121"}, ["relatives"]),
        ({"personal_number": "234567890121"}, {"name": "佐藤葵"}, ["family-workers"]),
        ({}, {"birth_date": "2006-04-02"}, ["family-workers", "relatives"]),
    ],
)
def test_number_of_who_helps_and_stands_among_the_family_is_asked_in_one_place(
    worker, relative, asked
):
    """Where it was typed first, and of who was born on another day in both."""
    data = {
        "income": {"kinds": ["business"]},
        "family-workers": {"has": True, "items": [STUDENT | worker]},
        "relatives": {"has": True, "items": [STUDENT | relative]},
    }
    told = Situation({"data": data}, "R9")

    found = [
        code
        for code, answers in data.items()
        for item in answers.get("items", [])
        if "number" in [page.code for page in BY_CODE[code].item_pages_in(told, item)]
    ]

    assert found == asked
