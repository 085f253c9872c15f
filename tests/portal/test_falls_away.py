"""What an answer takes out of the return is told first, wherever it stands (申告から外れる入力)."""

import html
import re

import pytest

from tests.portal.test_more_incomes import filed, goes_on, situation

pytestmark = pytest.mark.django_db
WORKER = (
    {"name": "佐藤 太郎", "birth_date": "1988-01-01", "relation": "other"},
    {"trade": "business"},
    {"months": "12"},
    {"salary": "960,000"},
    {"personal_number": "234567890121"},
)
DIVIDEND = (
    {"payer": "くまもと鉄道", "kind": "shares"},
    {"listed": "yes"},
    {"method": "comprehensive"},
    {"revenue": "50,000", "withheld_resident_tax": "2,500"},
)


@pytest.fixture
def beginner(sato):
    return sato.signs_up().begins().reads_card().answers_basics()


@pytest.fixture
def shopkeeper(beginner):
    """Has a shop with blue books, and a brother who works in it."""
    beginner.answers("income/kinds", kinds=["business"])
    goes_on(
        beginner,
        "/return/R9/business/about/",
        {"description": "花屋", "place": ""},
        {"revenue": "4,000,000"},
        {"goods": "1,000,000"},
        {"books": "blue_10"},
        {"has": "yes"},
        *WORKER,
    )
    return beginner


def warned(person, page, **fields):
    """Return what the page says would fall away; nothing has been stored."""
    before = filed(person)
    answer = person.posts(page, fields)
    assert answer.status_code == 422
    assert filed(person) == before
    panel = answer.content.decode().partition('id="lost-title"')[2].partition("</section>")[0]
    return [html.unescape(title) for title in re.findall("<li>(.*?)</li>", panel)]


def item_page(person, section, page):
    return f"{section}/{situation(person).items(section)[0]['id']}/{page}"


def test_pay_of_family_falls_away_with_blue_books(shopkeeper):
    titles = warned(shopkeeper, "business/books", books="white")
    shopkeeper.answers("business/books", books="white", confirmed="yes")

    assert titles == ["佐藤 太郎: 払った給与"]
    assert "salary" not in filed(shopkeeper)["family_workers"][0]


def test_books_that_stay_blue_take_nothing(shopkeeper):
    shopkeeper.answers("business/books", books="blue_65")

    assert filed(shopkeeper)["family_workers"][0]["salary"] == 960_000


def test_dividend_that_is_declared_no_more_is_named(beginner):
    beginner.answers("income/kinds", kinds=["more"])
    goes_on(beginner, beginner.answers("income/more", more_kinds=["dividends"]), *DIVIDEND)

    titles = warned(beginner, item_page(beginner, "dividends", "method"), method="none")

    assert titles == ["くまもと鉄道"]


def test_amounts_of_a_dividend_that_counts_as_another_kind_are_named(beginner):
    beginner.answers("income/kinds", kinds=["more"])
    goes_on(beginner, beginner.answers("income/more", more_kinds=["dividends"]), *DIVIDEND)

    titles = warned(beginner, item_page(beginner, "dividends", "listed"), listed="no")

    assert titles == ["くまもと鉄道: 配当の申告のしかた", "くまもと鉄道: 配当の金額"]


def test_entry_that_was_not_yet_whole_is_answered_without_a_warning(beginner):
    beginner.answers("income/kinds", kinds=["more"])
    following = beginner.answers("income/more", more_kinds=["dividends"])

    following = goes_on(beginner, following, *DIVIDEND[:2], {"method": "none"})

    assert following == "/return/R9/dividends/"


def test_work_of_who_has_a_slip_after_all_is_named(beginner):
    beginner.answers("income/kinds", kinds=["salary"])
    goes_on(
        beginner,
        beginner.answers("salaries/new/payer", payer="山本農園", no_slip="on"),
        {"payer_address": "熊本県阿蘇市", "months": "3", "days": "40"},
        {"revenue": "400,000"},
        {"withheld_tax": ""},
        {"social_insurance": ""},
    )

    titles = warned(beginner, item_page(beginner, "salaries", "payer"), payer="山本農園")

    assert titles == ["山本農園: どこで、どのくらい働きましたか?"]


def test_interest_on_land_falls_away_with_the_loss_that_the_familys_pay_made(beginner):
    """5,000,000 - 4,500,000 - 1,500,000 = -1,000,000; without the pay there is no loss."""
    beginner.answers("income/kinds", kinds=["real_estate"])
    beginner.answers("real-estate/about", description="アパート", place="")
    beginner.answers("real-estate/revenue", revenue="5,000,000")
    beginner.answers("real-estate/costs", interest="1,000,000", taxes="3,500,000")
    beginner.answers("real-estate/books", books="blue_10")
    beginner.answers("family-workers/has", has="yes")
    worker = ({"trade": "real_estate"}, WORKER[2], {"salary": "1,500,000"}, WORKER[4])
    goes_on(beginner, beginner.answers("family-workers/new/person", **WORKER[0]), *worker)
    beginner.answers("real-estate/scale", business_scale="yes")
    beginner.answers("real-estate/land-interest", land_interest="1,000,000")

    titles = warned(beginner, item_page(beginner, "family-workers", "salary"), salary="100,000")

    assert titles == ["土地を買うための借入金の利子"]
