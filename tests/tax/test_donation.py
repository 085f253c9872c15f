"""寄附金税額控除: ratio table, caps, one-stop, and the limit that costs 2,000 yen."""

import pytest

from tax import assess
from tests.tax.places import place


def result(inputs, year="R9", municipality="熊本市"):
    return assess(inputs, tax_year=year, municipality=municipality).result


RATIOS = {
    0: "84.895",
    1_950_000: "84.895",
    1_951_000: "79.79",
    3_300_000: "79.79",
    3_301_000: "69.58",
    6_950_000: "69.58",
    6_951_000: "66.517",
    9_000_000: "66.517",
    9_001_000: "56.307",
    18_000_000: "56.307",
    18_001_000: "49.16",
    40_000_000: "49.16",
    40_001_000: "44.055",
}


@pytest.mark.parametrize(("base", "ratio"), RATIOS.items())
def test_the_ratio_is_a_fixed_table(base, ratio):
    # R7: the income-tax basic deduction adds nothing, so D = taxable - 50,000.
    deductions = 430_000 if base < 20_000_000 else 0
    found = result({"other_total_income": base + 50_000 + deductions}, "R7")
    assert found["furusato_ratio_base"] == base
    assert found["furusato_ratio_percent"] == ratio


@pytest.mark.parametrize(
    ("extra", "ratio"),
    [
        ({}, "90"),
        ({"land_short_term": 5_000_000}, "59.37"),
        ({"land_long_term": 5_000_000}, "74.685"),
        ({"listed_stock_gain": 5_000_000}, "74.685"),
        ({"futures_gain": 5_000_000}, "74.685"),
        ({"land_short_term": 5_000_000, "land_long_term": 5_000_000}, "59.37"),
        ({"land_short_term_public": 5_000_000}, "59.37"),
        ({"forestry": 5_000_000}, "84.895"),
        ({"forestry": 20_000_000}, "69.58"),
    ],
)
def test_the_ratio_below_zero_depends_on_other_income(extra, ratio):
    assert result({"other_total_income": 470_000, **extra}, "R7")["furusato_ratio_percent"] == ratio


BASIC = {
    "R7": {4_000_000: 0, 24_000_000: 0, 24_000_001: 0},
    "R8": {
        1_320_000: 470_000,
        1_320_001: 400_000,
        3_360_000: 400_000,
        3_360_001: 200_000,
        4_890_000: 200_000,
        4_890_001: 150_000,
        6_550_000: 150_000,
        6_550_001: 100_000,
        23_500_000: 100_000,
        23_500_001: 0,
        24_000_001: 0,
    },
    "R9": {
        4_890_000: 560_000,
        4_890_001: 190_000,
        6_550_000: 190_000,
        6_550_001: 140_000,
        23_500_000: 140_000,
        23_500_001: 0,
    },
    "R10": {4_890_000: 560_000, 6_550_001: 140_000},
}


@pytest.mark.parametrize(
    ("year", "income", "extra"), [(y, i, e) for y, rows in BASIC.items() for i, e in rows.items()]
)
def test_the_income_tax_basic_deduction_moves_the_ratio_base(year, income, extra):
    found = result({"other_total_income": income}, year)
    assert found["furusato_personal_diff_adjusted"] == 50_000 + extra


HIGH = {
    24_000_000: 480_000,
    24_000_001: 320_000,
    24_500_000: 320_000,
    24_500_001: 160_000,
    25_000_000: 160_000,
    25_000_001: 0,
}


@pytest.mark.parametrize("year", ["R7", "R8", "R9"])
@pytest.mark.parametrize(("income", "basic"), HIGH.items())
def test_the_income_tax_basic_deduction_shrinks_for_high_incomes(year, income, basic):
    found = result({"other_total_income": income}, year)
    assert found["income_tax_basic_deduction"] == basic
    assert found["furusato_personal_diff_adjusted"] == 50_000


def test_gifts_cost_two_thousand_yen_once_and_count_up_to_thirty_percent():
    assert result({"other_total_income": 3_000_000, "furusato": 2_000})["donation_basic_city"] == 0
    found = result({"other_total_income": 3_000_000, "other_donation": 1_000_000})
    assert (found["donation_basic_city"], found["donation_basic_pref"]) == (71_840, 17_960)
    assert found["furusato_special_city"] == 0


def test_a_gift_that_one_level_designates_counts_there_only():
    donation = {"city": 12_000, "pref": 22_000}
    found = result({"salary": 5_000_000, "other_donation": donation})
    assert (found["donation_basic_city"], found["donation_basic_pref"]) == (800, 400)


def test_credits_elsewhere_are_six_to_four():
    found = result({"salary": 5_000_000, "furusato": 22_001}, municipality=place())
    assert (found["donation_basic_city"], found["donation_basic_pref"]) == (1_201, 801)
    # D = 2,500,000: 20,001 x 79.79% = 15,958.7979: 3/5 and 2/5, each raised.
    assert (found["furusato_special_city"], found["furusato_special_pref"]) == (9_576, 6_384)


def test_the_special_part_is_capped_by_a_fifth_of_each_levy():
    found = result({"salary": 5_000_000, "social_insurance": 700_000, "furusato": 300_000})
    assert found["city_after_adjustment"] == 192_400
    assert (found["furusato_special_city"], found["furusato_special_pref"]) == (38_480, 9_620)


@pytest.mark.parametrize(
    ("year", "municipality", "caps"),
    [
        ("R9", "熊本市", (7_996_400, 1_999_100)),
        ("R10", "熊本市", (1_544_000, 386_000)),
        ("R10", place(), (1_158_000, 772_000)),
    ],
)
def test_an_absolute_cap_begins_in_r10(year, municipality, caps):
    inputs = {"other_total_income": 500_000_000, "furusato": 90_000_000}
    found = result(inputs, year, municipality)
    if year == "R9":
        caps = (found["city_after_adjustment"] // 5, found["pref_after_adjustment"] // 5)
        assert caps == (8_000_000, 2_000_000)
    assert (found["furusato_special_city"], found["furusato_special_pref"]) == caps


ONE_STOP = {
    1_950_000: (5_105, 84_895),
    1_951_000: (10_210, 79_790),
    3_300_000: (10_210, 79_790),
    3_301_000: (20_420, 69_580),
    6_950_000: (20_420, 69_580),
    6_951_000: (23_483, 66_517),
    9_000_000: (23_483, 66_517),
    9_001_000: (33_693, 56_307),
    40_001_000: (33_693, 56_307),
}


@pytest.mark.parametrize("base", ONE_STOP)
def test_one_stop_adds_the_income_tax_share_of_the_special_part(base):
    deductions = 430_000 if base < 20_000_000 else 0
    inputs = {"other_total_income": base + 50_000 + deductions, "furusato": 30_000}
    found = result(inputs | {"one_stop": True}, "R7")
    upper, lower = ONE_STOP[base]
    for level in ("city", "pref"):
        special = found[f"furusato_special_{level}"]
        assert found[f"onestop_{level}"] == -(-special * upper // lower)
    assert result(inputs, "R7")["onestop_city"] == 0


def test_one_stop_brings_nothing_where_the_ratio_base_is_below_zero():
    inputs = {"other_total_income": 600_000, "furusato": 10_000, "one_stop": True}
    found = result(inputs)
    assert found["furusato_ratio_base"] < 0
    assert (found["onestop_city"], found["onestop_pref"]) == (0, 0)


def test_the_limit_is_the_largest_gift_that_costs_two_thousand_yen():
    inputs = {"salary": 5_000_000, "social_insurance": 700_000}
    found = result(inputs)
    assert found["furusato_limit_theoretical"] == "58658.22"
    assert found["furusato_limit_1000yen"] == 58_000
    capped = {"furusato_special_city": 38_480, "furusato_special_pref": 9_620}
    for gift, reached in ((58_658, False), (58_659, True)):
        given = result(inputs | {"furusato": gift})
        exact = (gift - 2_000) * 84_895 * 4
        assert (exact >= 38_480 * 500_000) is reached
        assert given["furusato_special_city"] <= capped["furusato_special_city"]
