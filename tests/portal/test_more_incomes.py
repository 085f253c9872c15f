"""Every income and deduction of the form: asked of who has it, and filed under its own name."""

import io

import pytest
from pypdf import PdfReader

import filing
import tax
from portal.estimate import estimate
from portal.interview.links import BLOCKS
from portal.interview.payload import answers
from portal.interview.sections import SECTIONS
from portal.models import Draft
from portal.services.drafts import situation_of

# What no page asks: it follows from the address of 1 January.
FOLLOWS = {"house": {"residence"}}
pytestmark = pytest.mark.django_db


def situation(person):
    return situation_of(Draft.objects.get(resident__asked_email=person.email))


def filed(person):
    return answers(situation(person))


def goes_on(person, following, *answered):
    """Answer the pages that follow, one after another; return where they lead."""
    for fields in answered:
        page = following.removeprefix(f"/return/{person.year}/").split("?")[0].rstrip("/")
        following = person.answers(page, **fields)
    return following


@pytest.fixture
def beginner(sato):
    return sato.signs_up().begins().reads_card().answers_basics()


def test_every_block_of_the_form_has_a_place_where_it_is_asked():
    blocks = {group.code for group in filing.load_form("R9").groups}

    assert blocks - set(BLOCKS) == set()


def test_every_page_has_its_own_code_and_every_block_its_own_items():
    for section in SECTIONS:
        codes = [page.code for page in section.pages], [page.code for page in section.items]
        assert [len(set(each)) for each in codes] == [len(each) for each in codes]
        if section.block:
            items = {item.code for item in filing.load_form("R9").group(section.block).items}
            names = {name for page in section.all_pages() for name in page.form.base_fields}
            assert items - names == FOLLOWS.get(section.block, set()), section.code


def test_shop_is_filed_with_its_costs_by_kind(beginner):
    following = beginner.answers("income/kinds", kinds=["business"])

    following = goes_on(
        beginner,
        following,
        {"description": "花屋", "place": ""},
        {"revenue": "4,000,000"},
        {"goods": "1,000,000", "rent": "500000"},
        {"books": "blue_10"},
        {"has": "yes"},
        {"name": "佐藤 太郎", "birth_date": "1988-01-01", "relation": "other"},
        {"trade": "business"},
        {"months": "12"},
        {"salary": "600,000"},
        {"personal_number": "234567890121"},
    )

    assert following == "/return/R9/family-workers/"
    assert filed(beginner)["income_kinds"] == ["business"]
    shop = filed(beginner)["business"]
    assert {name: value for name, value in shop.items() if value} == {
        "description": "花屋",
        "revenue": 4_000_000,
        "goods": 1_000_000,
        "rent": 500_000,
        "books": "blue_10",
    }
    assert filed(beginner)["family_workers"] == [
        {
            "name": "佐藤 太郎",
            "birth_date": "1988-01-01",
            "relation": "other",
            "personal_number": "234567890121",
            "trade": "business",
            "months": 12,
            "salary": 600_000,
        }
    ]


def test_shop_and_gift_are_filed_copied_and_computed_alike(sato):
    sato.is_ready_to_sign()
    sato.answers("income/kinds", kinds=["business"], confirmed="yes")
    sato.answers("business/about", description="花屋")
    sato.answers("business/revenue", revenue="4,321,000")
    sato.answers("business/costs", goods="1,234,000")
    sato.answers("business/books", books="blue_65")
    sato.answers("family-workers/has", has="no")
    sato.answers("home-worker/which", home_worker="no")
    sato.answers("more/which", which=["donations"])
    goes_on(
        sato,
        "/return/R9/donations/new/what/",
        {"recipient": "阿蘇市", "kind": "furusato"},
        {"amount": "32,100"},
        {"one_stop": "no"},
    )
    shown = estimate(situation(sato)).total

    pk = sato.files()

    pdf, xml = (sato.client.get(f"/filings/{pk}/copy.{name}").content for name in ("pdf", "xml"))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    for amount in ("4,321,000", "1,234,000", "32,100", f"{4_321_000 - 1_234_000 - 650_000:,}"):
        assert amount in text
    inputs = filing.tax_inputs(filing.read_xml(xml))
    assert tax.assess(inputs, tax_year="R9").result["total"] == shown


def test_pay_of_a_family_worker_is_not_asked_with_white_books(beginner):
    following = beginner.answers("income/kinds", kinds=["farm"])
    following = goes_on(
        beginner,
        following,
        {"description": "米"},
        {"revenue": "900000"},
        {},
        {"books": "white"},
        {"has": "yes"},
        {"name": "佐藤 太郎", "birth_date": "1988-01-01", "relation": "spouse"},
    )
    asked = beginner.client.get(following).context["form"]

    # Nobody is asked about a trade that the return does not have.
    assert [code for code, _word in asked.fields["trade"].choices] == ["farm"]
    assert asked["trade"].value() == "farm"
    following = goes_on(beginner, following, {"trade": "farm"})
    assert goes_on(beginner, following, {"months": "12"}).endswith("/number/")


def test_listed_dividend_that_is_not_declared_stays_out_and_a_reason_is_asked(beginner):
    beginner.answers("income/kinds", kinds=["more"])
    following = beginner.answers("income/more", more_kinds=["dividends"])

    following = goes_on(
        beginner,
        following,
        {"payer": "くまもと鉄道", "kind": "shares"},
        {"listed": "yes"},
        {"method": "none"},
    )

    assert following == "/return/R9/dividends/"
    assert filed(beginner)["income_kinds"] == []
    assert filed(beginner)["dividends"] == []
    next_url = beginner.client.get(following).context["next_url"]
    assert next_url.startswith("/return/R9/social-insurance/")
    hub = beginner.client.get("/return/R9/").content.decode()
    assert "/return/R9/no-income/reason/" in hub


def test_dividend_that_is_declared_apart_is_filed_with_what_was_withheld(beginner):
    beginner.answers("income/kinds", kinds=["more"])
    following = beginner.answers("income/more", more_kinds=["dividends"])

    goes_on(
        beginner,
        following,
        {"payer": "くまもと鉄道", "kind": "shares"},
        {"listed": "yes"},
        {"method": "separate"},
        {"revenue": "100000", "withheld_resident_tax": "5000"},
    )

    assert filed(beginner)["dividends"] == [
        {
            "payer": "くまもと鉄道",
            "kind": "shares",
            "method": "separate",
            "revenue": 100_000,
            "interest_paid": 0,
            "withheld_resident_tax": 5_000,
        }
    ]


def test_certificates_one_by_one_make_the_sums_and_light_their_box(sato):
    sato.is_ready_to_sign()
    sato.answers("insurance/life-paid", paid="each")
    goes_on(
        sato,
        "/return/R9/life-certificates/new/company/",
        {"company": "くまもと生命"},
        {"kind": "care"},
        {"amount": "40,000"},
    )
    second = goes_on(
        sato,
        "/return/R9/life-certificates/new/company/",
        {"company": "別の生命"},
        {"kind": "care"},
    )

    lit = sato.client.get(second).content.decode()
    goes_on(sato, second, {"amount": "30000"})

    assert lit.count("data-lit") == 1
    assert "介護医療" in lit[lit.index("data-lit") :][:200]
    assert filed(sato)["life"]["care"] == 70_000
    assert [row["amount"] for row in filed(sato)["life_certificates"]] == [40_000, 30_000]


def test_further_deductions_are_offered_at_the_check_and_do_not_block_it(sato):
    sato.is_ready_to_sign()
    page = sato.client.get("/return/R9/check/").content.decode()

    assert 'data-ready="yes"' in page
    assert "/return/R9/more/which/?return=check" in page


def test_gift_with_one_stop_is_told_that_it_is_void(sato):
    sato.is_ready_to_sign()
    answer = sato.posts("more/which", {"which": ["donations"]})
    assert answer.headers["Location"] == "/return/R9/donations/new/what/"
    goes_on(
        sato,
        "/return/R9/donations/new/what/",
        {"recipient": "阿蘇市", "kind": "furusato"},
        {"amount": "30000"},
        {"one_stop": "yes"},
    )

    page = sato.client.get("/return/R9/check/").content.decode()

    assert "特例は使えなくなります" in page
    assert filed(sato)["donations"] == [
        {"recipient": "阿蘇市", "kind": "furusato", "amount": 30_000, "one_stop": True}
    ]


def test_claims_that_few_have_are_filed_under_their_own_names(sato):
    sato.is_ready_to_sign()
    sato.answers("more/which", which=["mutual_aid", "casualty", "housing", "losses"])
    sato.answers("mutual-aid/amounts", ideco="276000")
    sato.answers("casualty/what", cause="disaster", happened_on="2026-07-04", property="住宅")
    sato.answers("casualty/amounts", damage="900000", disaster_cost="", reimbursed="100000")
    sato.answers("housing/loan", credit="150000", move_in_year="２０１９", specified="yes")
    sato.answers(
        "housing/income-tax", income_tax_taxable="1200000", income_tax_before_credit="60000"
    )
    sato.answers("losses/amounts", shares="50000")

    blocks = filed(sato)

    assert blocks["mutual_aid"] == {"small_enterprise": 0, "ideco": 276_000, "disability_fund": 0}
    assert blocks["casualty"]["damage"] == 900_000
    assert blocks["housing"]["move_in_year"] == 2019
    assert blocks["losses"] == {"general": 0, "casualty": 0, "shares": 50_000, "futures": 0}


def test_relative_abroad_is_asked_for_address_and_papers(sato):
    sato.is_ready_to_sign()
    sato.answers("relatives/has", has="yes")
    following = goes_on(
        sato,
        "/return/R9/relatives/new/person/",
        {"name": "佐藤 一郎", "birth_date": "1950-04-05", "relation": "parent"},
        {},
        {"living": "abroad"},
        {"address": "Republic of Korea, Seoul"},
        {"abroad_papers": "yes"},
        {"disability": "none"},
        {"personal_number": "234567890121"},
    )

    assert following == "/return/R9/relatives/"
    person = filed(sato)["relatives"][0]
    assert (person["address"], person["abroad_papers"]) == ("Republic of Korea, Seoul", True)


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("spouse/has", {"has": "yes"}),
        ("social-insurance/paid", {"paid": "no"}),
    ],
)
def test_answer_that_takes_nothing_away_is_saved_without_a_question(sato, page, fields):
    sato.is_ready_to_sign()

    assert sato.posts(page, fields).status_code == 302


def test_answer_that_takes_entries_away_says_so_first(sato):
    sato.is_ready_to_sign()
    sato.answers("relatives/has", has="yes")
    sato.answers("relatives/new/person", name="葵", birth_date="2018-01-01", relation="child")

    warned = sato.posts("relatives/has", {"has": "no"})

    assert warned.status_code == 422
    assert "養っている家族(扶養親族)" in warned.content.decode()
    assert sato.posts("relatives/has", {"has": "no", "confirmed": "yes"}).status_code == 302
    assert "relatives" not in filed(sato)
