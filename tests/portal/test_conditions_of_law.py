"""What the law makes a condition is asked or refused on its page, with the way out."""

import pytest
from django.utils import timezone

from filing import validate
from portal.estimate import estimate
from portal.interview.flow import sections_for, unfinished
from portal.interview.model import Situation
from portal.interview.payload import answers
from portal.models import Draft
from portal.services.drafts import situation_of
from portal.services.signing import document_of
from tests.portal.test_more_incomes import goes_on

pytestmark = pytest.mark.django_db


def situation(person):
    return situation_of(Draft.objects.get(resident__asked_email=person.email))


def filed(person):
    return answers(situation(person))


def refused(person, page, **fields):
    """Return what a page that takes no such answer says."""
    answer = person.posts(page, fields)
    assert answer.status_code == 422, page
    return answer.content.decode()


@pytest.fixture
def landlady(sato):
    """Sato lets rooms beside her salary."""
    sato.is_ready_to_sign()
    sato.answers("income/kinds", kinds=["salary", "real_estate"], confirmed="yes")
    sato.answers("real-estate/about", description="アパート", place="")
    sato.answers("real-estate/revenue", revenue="2,000,000")
    sato.answers("family-workers/has", has="no")
    return sato


def test_first_year_of_a_housing_loan_ends_at_the_tax_office(sato):
    sato.is_ready_to_sign()
    sato.answers("more/which", which=["housing"])
    loan = {"credit": "100,000", "specified": "no"}

    page = refused(sato, "housing/loan", move_in_year="2026", **loan)
    following = sato.answers("housing/loan", move_in_year="2025", **loan)

    assert "令和8年に住みはじめた人(1年目)は、この申告では受けられません。" in page
    assert "税務署に確定申告をしてください。" in page
    assert "housing/income-tax" in following


def test_checker_names_the_first_year_where_it_asks_for_the_income_tax_return(client):
    page = client.get("/check/?home=yes").content.decode()

    assert "住宅ローン控除の1年目の人は、確定申告をします。" in page


@pytest.mark.parametrize(("scale", "income"), [("no", 1_900_000), ("yes", 1_350_000)])
def test_rents_that_claim_650_000_are_asked_for_their_scale(landlady, scale, income):
    following = goes_on(landlady, "/return/R9/real-estate/costs/", {"rent": ""})

    following = landlady.answers("real-estate/books", books="blue_65")
    landlady.answers("real-estate/scale", business_scale=scale)

    assert "real-estate/scale" in following
    assert filed(landlady)["real_estate"]["business_scale"] is (scale == "yes")
    assert estimate(situation(landlady)).result["real_estate_income"] == income


def test_rents_that_claim_100_000_are_not(landlady):
    landlady.answers("real-estate/costs", rent="")

    following = landlady.answers("real-estate/books", books="blue_10")

    assert "scale" not in following
    assert "business_scale" not in filed(landlady)["real_estate"]


def test_loss_with_interest_is_asked_for_the_part_for_land(landlady):
    costs = landlady.answers("real-estate/costs", interest="500,000", taxes="1,800,000")
    page = refused(landlady, "real-estate/land-interest", land_interest="500,001")
    landlady.answers("real-estate/land-interest", land_interest="100,000")
    landlady.answers("real-estate/books", books="white")

    assert "real-estate/land-interest" in costs
    assert "借入金利子の金額より大きくなっています。" in page
    # -300,000, of which 100,000 lowers no other income: 2,160,000 - 200,000.
    assert estimate(situation(landlady)).result["total_income_gokei"] == 1_960_000


def test_loss_that_the_familys_pay_makes_is_asked_as_well(landlady):
    """5,000,000 - 4,500,000 - 1,500,000 = -1,000,000, and all of it interest on land."""
    landlady.answers("real-estate/revenue", revenue="5,000,000")
    costs = landlady.answers("real-estate/costs", interest="1,000,000", taxes="3,500,000")
    landlady.answers("real-estate/books", books="blue_10")
    landlady.answers("family-workers/has", has="yes")
    goes_on(
        landlady,
        landlady.answers(
            "family-workers/new/person", name="佐藤 葵", birth_date="2000-06-15", relation="other"
        ),
        {"trade": "real_estate"},
        {"months": "12"},
        {"salary": "1,500,000"},
        {"personal_number": "234567890121"},
    )
    landlady.answers("real-estate/scale", business_scale="yes")

    assert "land-interest" not in costs
    # What is left beside it is 徴収方法, which rents beside a salary open.
    assert [one.code for one in unfinished(situation(landlady))] == ["real-estate", "collection"]
    landlady.answers("real-estate/land-interest", land_interest="1,000,000")
    assert [one.code for one in unfinished(situation(landlady))] == ["collection"]
    assert estimate(situation(landlady)).result["total_income_gokei"] == 2_160_000


def test_page_of_months_says_how_they_are_counted(landlady):
    landlady.answers("family-workers/has", has="yes")
    landlady.answers("real-estate/costs", rent="")
    landlady.answers("real-estate/books", books="white")
    person = {"name": "佐藤 葵", "birth_date": "2000-06-15", "relation": "other"}
    following = goes_on(
        landlady,
        landlady.answers("family-workers/new/person", **person),
        {"trade": "real_estate"},
    )

    page = landlady.client.get(following).content.decode()

    assert "1か月に足りない日は1か月と数えます(6か月と10日なら7)。" in page


def test_profit_is_not(landlady):
    following = landlady.answers("real-estate/costs", interest="500,000")

    assert "land-interest" not in following


@pytest.mark.parametrize("box", ["opened_on", "closed_on"])
@pytest.mark.parametrize("day", ["1990-01-01", "2025-12-31", "2027-01-01"])
def test_business_that_began_or_ended_in_another_year_is_refused(landlady, box, day):
    page = refused(landlady, "business-tax/about", **{box: day})

    assert "令和8年の日を入力してください。ほかの年のことは、空けておきます。" in page


@pytest.mark.parametrize("text", ["???", "佐藤", "Sato", "サトウ1"])
def test_reading_that_is_no_kana_is_refused(sato, text):
    sato.is_ready_to_sign()
    sato.answers("spouse/has", has="yes")

    page = refused(sato, "spouse/person", name="佐藤 太郎", kana=text, birth_date="1984-12-24")

    assert "「フリガナ」は、カタカナかひらがなで入力してください(例 サトウ ハナコ)。" in page


@pytest.mark.parametrize("text", ["ｻﾄｳ ﾀﾛｳ", "さとう　たろう", "グエン・ヴァン", ""])
def test_reading_of_any_width_is_kept_as_typed_and_not_complained_of(sato, text):
    sato.is_ready_to_sign()
    following = sato.answers("spouse/has", has="yes")
    goes_on(
        sato,
        following,
        {"name": "佐藤 太郎", "kana": text, "birth_date": "1984-12-24"},
        {"salary_revenue": ""},
        {"living": "together"},
        {"disability": "none"},
        {"personal_number": "234567890121"},
    )

    assert filed(sato)["spouse"]["kana"] == text
    document = document_of(Draft.objects.get(), challenge="0" * 32, now=timezone.now())
    assert [p for p in validate(document) if p.field.endswith(".kana")] == []


def test_loss_of_an_earlier_year_is_refused_but_for_a_disasters_cost(sato):
    sato.is_ready_to_sign()
    sato.answers("more/which", which=["casualty"])
    loss = {"property": "家財", "happened_on": "2025-08-11"}

    stolen = refused(sato, "casualty/what", cause="theft", **loss)
    sato.answers("casualty/what", cause="disaster", **loss)
    damaged = refused(sato, "casualty/amounts", damage="900,000", disaster_cost="300,000")
    sato.answers("casualty/amounts", damage="0", disaster_cost="300,000")

    assert "令和8年の損害を入力してください。" in stolen
    assert "前の年までの災害は、令和8年に払った災害関連支出だけを入力します。" in damaged
    # 300,000 - 50,000; 10 % of 2,160,000 would leave less.
    assert estimate(situation(sato)).result["casualty_deduction"] == 250_000


def test_loss_on_gold_lowers_no_salary(sato):
    sato.is_ready_to_sign()
    sato.answers("income/kinds", kinds=["salary", "more"])
    sato.answers("income/more", more_kinds=["transfer"])
    gold = {"description": "金", "term": "long", "revenue": "200,000", "expenses": "500,000"}

    sato.answers("transfers/new/entry", **gold, business_asset="no")

    assert filed(sato)["transfers"][0]["business_asset"] is False
    assert estimate(situation(sato)).result["total_income_gokei"] == 2_160_000


def test_divorced_woman_whose_only_dependant_works_for_her_is_no_widow(sato):
    sato.is_ready_to_sign()
    sato.answers("income/kinds", kinds=["business"], confirmed="yes")
    sato.answers("business/about", description="花屋", place="")
    sato.answers("business/revenue", revenue="4,000,000")
    sato.answers("business/costs", goods="1,000,000")
    sato.answers("business/books", books="white")
    mother = {"name": "佐藤 トメ", "birth_date": "1950-05-05"}
    sato.answers("family-workers/has", has="yes")
    goes_on(
        sato,
        sato.answers("family-workers/new/person", **mother, relation="other"),
        {"trade": "business"},
        {"months": "12"},
        {"personal_number": "234567890121"},
    )
    sato.answers("relatives/has", has="yes")
    goes_on(
        sato,
        sato.answers("relatives/new/person", **mother, relation="parent"),
        {"salary_revenue": ""},
        {"living": "together"},
        {"cohabiting": "yes"},
        {"disability": "none"},
    )

    sato.answers("personal/marital", marital="divorced")
    sato.answers("personal/partner", partner="no")

    assert filed(sato)["personal"]["widow"] is False
    # Her number was asked once, and stands in both boxes of the form.
    places = [filed(sato)[block][0] for block in ("family_workers", "relatives")]
    assert [one["personal_number"] for one in places] == ["234567890121"] * 2
    assert [one.code for one in unfinished(situation(sato))] == ["home-worker"]


@pytest.mark.parametrize(("revenue", "widow"), [("", True), ("1,400,000", False)])
def test_divorced_woman_is_a_widow_by_a_mother_abroad_whose_papers_are_missing(
    sato, revenue, widow
):
    """扶養親族 (地方税法23条1項9号) is defined without the papers: 260,000, and no 扶養控除."""
    sato.is_ready_to_sign()
    sato.answers("relatives/has", has="yes")
    mother = {"name": "佐藤 トメ", "birth_date": "1965-05-05", "relation": "parent"}
    # Of whom earns more than the limit nothing else is asked.
    asked_on = [
        {"living": "abroad"},
        {"address": "フィリピン マニラ"},
        {"abroad_reason": "none"},
        {"abroad_papers": "no"},
        {"disability": "none"},
        {"personal_number": ""},
    ]
    goes_on(
        sato,
        sato.answers("relatives/new/person", **mother),
        {"salary_revenue": revenue},
        *(asked_on if widow else []),
    )
    sato.answers("personal/marital", marital="divorced")
    sato.answers("personal/partner", partner="no")

    result = estimate(situation(sato)).result

    assert filed(sato)["personal"]["widow"] is widow
    assert filed(sato)["personal"].get("widow_reason") == ("divorced" if widow else None)
    assert (result.get("dependant_deduction", 0), result.get("widow_deduction", 0)) == (
        0,
        260_000 * widow,
    )


@pytest.mark.parametrize(
    ("born", "asked"),
    [
        ("1990-05-12", True),
        ("1962-04-01", False),
        # Who is born on 2 April becomes 65 at the end of 1 April.
        ("1962-04-02", False),
        ("1962-04-03", True),
    ],
)
def test_pensioner_of_65_with_a_salary_has_no_way_of_payment_to_choose(born, asked):
    kinds = {"income": {"kinds": ["salary", "pension"], "_done": ["kinds"]}}
    known = Situation({"card": {"birth_date": born}, "data": kinds}, "R9")

    assert ("collection" in [one.code for one in sections_for(known)]) is asked
