"""課税標準・税率・税額控除: rates by place, and each credit in the legal order."""

import pytest

from tax import assess
from tax.components import compute_component
from tests.tax.places import place


def result(inputs, year="R9", municipality="熊本市"):
    return assess(inputs, tax_year=year, municipality=municipality).result


def pair(found, name):
    return found[f"{name}_city"], found[f"{name}_pref"]


def test_the_base_drops_what_is_under_a_thousand_yen():
    for income, taxable in ((1_430_999, 1_000_000), (1_431_000, 1_001_000)):
        assert result({"other_total_income": income})["taxable"] == taxable


@pytest.mark.parametrize(
    ("kind", "designated", "ordinary"),
    [
        ("land_short_term", (720_000, 180_000), (540_000, 360_000)),
        ("land_short_term_public", (400_000, 100_000), (300_000, 200_000)),
        ("land_long_term", (400_000, 100_000), (300_000, 200_000)),
        ("land_long_term_superior", (320_000, 80_000), (240_000, 160_000)),
        ("land_long_term_residence", (320_000, 80_000), (240_000, 160_000)),
        ("listed_dividends_separate", (400_000, 100_000), (300_000, 200_000)),
        ("listed_stock_gain", (400_000, 100_000), (300_000, 200_000)),
        ("general_stock_gain", (400_000, 100_000), (300_000, 200_000)),
        ("futures_gain", (400_000, 100_000), (300_000, 200_000)),
        ("forestry", (800_000, 200_000), (600_000, 400_000)),
    ],
)
def test_separate_incomes_have_their_own_rates(kind, designated, ordinary):
    inputs = {kind: 10_000_000, "other_total_income": 430_000}
    city, town = result(inputs), result(inputs, municipality=place())
    assert (city["city_raw"], city["pref_raw"]) == designated
    assert (town["city_raw"], town["pref_raw"]) == ordinary


@pytest.mark.parametrize(
    ("kind", "limit"),
    [("land_long_term_superior", 20_000_000), ("land_long_term_residence", 60_000_000)],
)
def test_favoured_land_pays_less_up_to_a_limit(kind, limit):
    # The basic deduction (0 above 25 million) is used up by other income.
    inputs = {"other_total_income": 430_000 if limit < 25_000_000 else 0, kind: limit + 1_000}
    at, over = result(inputs | {kind: limit}), result(inputs)
    assert (at["city_raw"], at["pref_raw"]) == (limit * 32 // 1000, limit * 8 // 1000)
    assert over["city_raw"] - at["city_raw"] == 40
    assert over["pref_raw"] - at["pref_raw"] == 10


def test_left_over_deductions_reach_separate_incomes_in_order():
    inputs = {
        "land_short_term": 500_000,
        "land_long_term": 500_000,
        "listed_stock_gain": 500_000,
        "social_insurance": 370_000,
        "other_total_income": 100_000,
    }
    found = result(inputs)["taxable_separate"]
    assert found == {"land_long": 300_000, "listed_div": 0, "stock": 500_000}


def test_left_over_deductions_reach_what_is_taxed_higher_before_a_favoured_home():
    """居住用 35M after 3,000万, 上場配当 2M: 640,000 of 1,070,000 is left for the dividends.

    Dividends 930,000 x 5 % + home 5,000,000 x 4 % = 46,500 + 200,000 (通達31・32共-4).
    """
    inputs = {
        "land_long_term_residence": {"gain": 35_000_000, "special_deduction": 30_000_000},
        "listed_dividends_separate": 2_000_000,
        "social_insurance": 1_070_000,
    }
    found = result(inputs)
    assert found["taxable_separate"]["listed_div"] == 930_000
    assert found["city_raw"] + found["pref_raw"] == 246_500


def test_left_over_deductions_reach_a_homes_part_above_the_limit_before_superior_land():
    """居住用 60,300,000: 300,000 lies above 6,000万 (5 %); the rest comes from 優良住宅地 (4 %)."""
    inputs = {
        "land_long_term_superior": 1_000_000,
        "land_long_term_residence": 60_300_000,
        "social_insurance": 500_000,
    }
    found = result(inputs)
    assert found["city_raw"] + found["pref_raw"] == (60_000_000 + 800_000) * 4 // 100


def test_a_special_deduction_goes_before_other_deductions():
    sale = {"gain": 5_000_900, "special_deduction": 4_000_000}
    assert result({"land_long_term": sale})["taxable_separate"]["land_long"] == 570_000


@pytest.mark.parametrize(
    ("inputs", "difference"),
    [
        ({}, 50_000),
        ({"flags": {"disability": "general"}}, 60_000),
        ({"flags": {"disability": "special"}}, 150_000),
        ({"relatives": [{"age": 30, "disability": "special_co"}]}, 320_000),
        ({"relatives": [{"age": 3, "disability": "special"}]}, 150_000),
        ({"spouse": {"disability": "general"}}, 110_000),
        ({"flags": {"widow": True}}, 60_000),
        ({"flags": {"single_parent": "father"}}, 60_000),
        ({"flags": {"single_parent": "mother"}}, 100_000),
        ({"flags": {"working_student": True}, "age": 20}, 60_000),
        ({"relatives": [{"age": 16}]}, 100_000),
        ({"relatives": [{"age": 15}]}, 50_000),
        ({"relatives": [{"age": 19}]}, 230_000),
        ({"relatives": [{"age": 70}]}, 150_000),
        ({"relatives": [{"age": 70, "cohabiting_parent": True}]}, 180_000),
        ({"relatives": [{"age": 20, "total_income": 700_000}]}, 50_000),
    ],
)
def test_personal_differences_are_those_of_the_law(inputs, difference):
    assert result(inputs)["personal_diff"] == difference


@pytest.mark.parametrize(
    ("own", "general", "elderly"),
    [
        (9_000_000, 50_000, 100_000),
        (9_000_001, 40_000, 60_000),
        (9_500_000, 40_000, 60_000),
        (9_500_001, 20_000, 30_000),
        (10_000_000, 20_000, 30_000),
        (10_000_001, 0, 0),
    ],
)
def test_spouse_differences_by_the_taxpayers_income(own, general, elderly):
    def difference(age):
        inputs = {"other_total_income": own, "spouse": {"age": age}}
        return result(inputs)["personal_diff"] - 50_000

    assert (difference(69), difference(70)) == (general, elderly)


@pytest.mark.parametrize(
    ("year", "income", "differences"),
    [
        ("R7", 480_001, (50_000, 40_000, 20_000)),
        ("R7", 499_999, (50_000, 40_000, 20_000)),
        ("R7", 500_000, (30_000, 20_000, 10_000)),
        ("R7", 549_999, (30_000, 20_000, 10_000)),
        ("R7", 550_000, (0, 0, 0)),
        ("R8", 580_001, (0, 0, 0)),
        ("R9", 620_001, (0, 0, 0)),
        ("R10", 620_001, (0, 0, 0)),
    ],
)
def test_special_spouse_differences_existed_until_r7(year, income, differences):
    spouse = {"age": 40, "total_income": income}
    found = tuple(
        result({"other_total_income": own, "spouse": spouse}, year)["personal_diff"] - 50_000
        for own in (9_000_000, 9_500_000, 10_000_000)
    )
    assert found == differences


@pytest.mark.parametrize(
    ("taxable", "city", "pref"),
    [
        (30_000, 1_200, 300),
        (50_000, 2_000, 500),
        (2_000_000, 9_200, 2_300),
        (2_001_000, 9_160, 2_290),
        (2_179_000, 2_040, 510),
        (2_180_000, 2_000, 500),
        (2_181_000, 2_000, 500),
    ],
)
def test_adjustment_credit_on_both_sides_of_two_million(taxable, city, pref):
    relatives = [{"age": 20}] if taxable > 1_000_000 else []
    deductions = 880_000 if relatives else 430_000
    found = result({"other_total_income": taxable + deductions, "relatives": relatives})
    assert found["taxable"] == taxable
    assert pair(found, "adjustment_credit") == (city, pref)


@pytest.mark.parametrize(
    ("taxable", "difference", "city"),
    [
        (2_000_000, 150_000, 4_500),
        (2_000_020, 150_040, 4_501),
        (2_099_000, 150_000, 1_530),
        (2_101_000, 150_000, 1_500),
    ],
)
def test_adjustment_credit_of_an_old_year_as_a_component(taxable, difference, city):
    inputs = {
        "component": "life_and_adjustment",
        "taxable": taxable,
        "personal_diff": difference,
    }
    found = compute_component(inputs, "H29", None)
    assert found["adjustment_credit_city"] == city


def test_adjustment_credit_elsewhere_is_three_to_two():
    found = result({"salary": 3_000_000}, municipality=place())
    assert pair(found, "adjustment_credit") == (1_500, 1_000)


@pytest.mark.parametrize(("income", "credit"), [(25_000_000, 2_000), (25_000_001, 0)])
def test_no_adjustment_credit_above_25_million(income, credit):
    assert result({"other_total_income": income})["adjustment_credit_city"] == credit


@pytest.mark.parametrize(
    ("dividends", "other", "place_", "credit"),
    [
        (1_000_000, 3_000_000, "熊本市", (22_400, 5_600)),
        (1_000_000, 9_430_000, "熊本市", (22_400, 5_600)),
        (1_000_000, 9_930_000, "熊本市", (16_800, 4_200)),
        (1_000_000, 11_430_000, "熊本市", (11_200, 2_800)),
        (1_000_000, 3_000_000, place(), (16_000, 12_000)),
        (1_000_000, 11_430_000, place(), (8_000, 6_000)),
        ({"trusts": 1_000_000}, 3_000_000, "熊本市", (11_200, 2_800)),
        ({"foreign_trusts": 1_000_000}, 3_000_000, "熊本市", (5_600, 1_400)),
        ({"shares": 1_000_000, "trusts": 1_000_000}, 8_930_000, "熊本市", (30_800, 7_700)),
        (33_333, 3_000_000, "熊本市", (747, 187)),
    ],
)
def test_dividend_credit_halves_above_ten_million(dividends, other, place_, credit):
    inputs = {"general_dividends": dividends, "other_total_income": other}
    expected = credit
    if other == 9_430_000:
        # 10,000,000 of taxable income exactly: all of the dividends lie within.
        assert result(inputs, municipality=place_)["taxable"] == 10_000_000
    assert pair(result(inputs, municipality=place_), "dividend_credit") == expected


HOUSING = {
    "move_in_year": 2020,
    "credit": 300_000,
    "income_tax_taxable": 3_000_000,
    "income_tax_before_credit": 100_000,
}


@pytest.mark.parametrize(
    ("changes", "cap", "credit"),
    [
        ({}, 97_500, 97_500),
        ({"income_tax_taxable": 1_390_000}, 97_500, 97_500),
        ({"income_tax_taxable": 1_389_980}, 97_499, 97_499),
        ({"credit": 150_000}, 97_500, 50_000),
        ({"specified_acquisition": True}, 136_500, 136_500),
        ({"specified_acquisition": True, "income_tax_taxable": 1_389_999}, 136_499, 136_499),
        ({"specified_acquisition": True, "move_in_year": 2013}, 97_500, 97_500),
        ({"specified_acquisition": True, "move_in_year": 2014}, 136_500, 136_500),
        ({"specified_acquisition": True, "move_in_year": 2022}, 136_500, 136_500),
        ({"specified_acquisition": True, "move_in_year": 2023}, 97_500, 97_500),
        ({"income_tax_taxable": 1_000_000, "move_in_year": 2015}, 50_000, 50_000),
        ({"income_tax_taxable": 1_000_000, "move_in_year": 2016}, 78_000, 78_000),
        ({"income_tax_taxable": 1_000_000, "move_in_year": 2025}, 78_000, 78_000),
        ({"income_tax_taxable": 1_000_000, "move_in_year": 2026}, 50_000, 50_000),
        ({"income_tax_before_credit": 0}, 97_500, 0),
        ({"move_in_year": 2007}, 97_500, 0),
        ({"move_in_year": 2008}, 97_500, 0),
    ],
)
def test_housing_credit_takes_what_income_tax_left(changes, cap, credit):
    housing = {**HOUSING, "income_tax_basic_deduction": 1_040_000, **changes}
    found = result({"salary": 6_000_000, "housing": housing})
    assert found["housing_cap"] == cap
    city, pref = pair(found, "housing_credit")
    assert (city, pref) == (-(-credit * 4 // 5), -(-credit // 5))


def test_the_income_tax_basic_deduction_is_known_where_it_is_not_given():
    housing = {**HOUSING, "income_tax_taxable": 1_000_000}
    assert result({"salary": 6_000_000, "housing": housing})["housing_cap"] == 78_000


def test_housing_credit_elsewhere_is_three_to_two():
    found = result({"salary": 6_000_000, "housing": HOUSING}, municipality=place())
    assert pair(found, "housing_credit") == (58_500, 39_000)


def test_foreign_tax_is_taken_from_the_prefecture_first():
    foreign = {"left": 50_000, "income_tax_limit": 100_000}
    assert pair(result({"salary": 6_000_000, "foreign_tax": foreign}), "foreign_tax_credit") == (
        24_000,
        6_000,
    )
    small = {"left": 10_000, "income_tax_limit": 100_000}
    assert pair(result({"salary": 6_000_000, "foreign_tax": small}), "foreign_tax_credit") == (
        4_000,
        6_000,
    )
    town = result({"salary": 6_000_000, "foreign_tax": foreign}, municipality=place())
    assert pair(town, "foreign_tax_credit") == (18_000, 12_000)


@pytest.mark.parametrize(
    ("income", "reduction", "levies"),
    [(450_001, 999, (0, 0)), (460_000, 0, (1_200, 300))],
)
def test_the_levy_may_not_push_income_under_the_limit(income, reduction, levies):
    found = result({"other_total_income": income})
    assert found["borderline_reduction"] == reduction
    assert pair(found, "income_levy") == levies


def test_the_reduction_comes_after_the_other_credits():
    relatives = [{"age": 10}] * 3
    inputs = {"other_total_income": 1_840_000, "relatives": relatives}
    plain, giving = result(inputs), result(inputs | {"furusato": 20_000})
    # 4 persons: the limit is 1,820,000; the levy 141,000 - 2,500 would leave 1,701,500.
    assert plain["borderline_reduction"] == 1_820_000 - (1_840_000 - 138_500)
    assert plain["income_levy_total"] == 20_000
    gift = sum(
        giving[f"{part}_{level}"]
        for part in ("donation_basic", "furusato_special")
        for level in ("city", "pref")
    )
    assert giving["borderline_reduction"] == plain["borderline_reduction"] - gift
    # Both parts of the split are raised to the yen, so one yen may go beyond the reduction.
    before = giving["income_levy_before_100yen_rounding"]
    assert before["city"] + before["pref"] == 19_999


def test_the_withheld_tax_is_split_three_to_two_and_the_rest_refunded():
    inputs = {"listed_dividends_separate": 900_000, "withheld_split": 45_003}
    found = result(inputs)
    assert pair(found, "withheld_credit") == (27_002, 18_002)
    assert (found["city_raw"], found["pref_raw"]) == (18_800, 4_700)
    assert found["income_levy_total"] == 0
    assert found["withheld_to_per_capita"] == 4_500
    assert found["withheld_refund"] == 45_004 - 23_500 - 4_500
    assert found["total"] == 5_500
    assert found["ordinary"] == {"1": 1_000, "2-4": 0}


def test_the_exempt_get_all_withheld_tax_back():
    found = result({"listed_dividends_separate": 400_000, "withheld_split": 20_000})
    assert (found["total"], found["withheld_refund"]) == (0, 20_000)


@pytest.mark.parametrize(
    ("year", "income", "spouse", "credit"),
    [
        ("R7", 10_000_000, {"age": 40}, 0),
        ("R7", 10_000_001, {"age": 40}, 10_000),
        ("R7", 18_050_000, {"age": 40}, 10_000),
        ("R7", 18_050_001, {"age": 40}, 0),
        ("R7", 12_000_000, {"age": 40, "abroad": True}, 0),
        ("R7", 12_000_000, {"age": 40, "total_income": 480_001}, 0),
        ("R8", 12_000_000, {"age": 40}, 0),
        ("R9", 12_000_000, {"age": 40}, 0),
        ("R5", 12_000_000, {"age": 40}, 0),
    ],
)
def test_the_fixed_amount_credit_was_for_r7_only(year, income, spouse, credit):
    found = result({"other_total_income": income, "spouse": spouse}, year)
    assert sum(pair(found, "fixed_amount_credit")) == credit


def test_the_fixed_amount_credit_follows_the_levies():
    found = result({"other_total_income": 12_000_000, "spouse": {"age": 40}}, "R7")
    assert pair(found, "fixed_amount_credit") == (8_000, 2_000)
