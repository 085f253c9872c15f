"""非課税: everything free, only 均等割, or taxed in full."""

import pytest

from tax import assess
from tests.tax.places import place

TWO = [{"age": 10}]


def verdict(inputs, year="R9", municipality="熊本市"):
    result = assess(inputs, tax_year=year, municipality=municipality).result
    return result["per_capita_exempt"], result["income_levy_exempt"]


@pytest.mark.parametrize("year", ["R7", "R8", "R9", "R10"])
@pytest.mark.parametrize(
    ("kyuchi", "alone", "two", "three"),
    [
        (1, 450_000, 1_010_000, 1_360_000),
        (2, 415_000, 919_000, 1_234_000),
        (3, 380_000, 828_000, 1_108_000),
    ],
)
def test_the_grade_sets_the_limit_of_everything(year, kyuchi, alone, two, three):
    city = place(kyuchi=kyuchi)
    for relatives, limit in (([], alone), (TWO, two), (TWO * 2, three)):
        at = {"other_total_income": limit, "relatives": relatives}
        over = {"other_total_income": limit + 1, "relatives": relatives}
        assert verdict(at, year, city) == (True, True)
        assert verdict(over, year, city)[0] is False


@pytest.mark.parametrize("year", ["R7", "R8", "R9", "R10"])
@pytest.mark.parametrize(
    ("relatives", "limit"), [([], 450_000), (TWO, 1_120_000), (TWO * 2, 1_470_000)]
)
def test_the_income_levy_has_a_limit_without_grade(year, relatives, limit):
    at = {"other_total_income": limit, "relatives": relatives}
    over = {"other_total_income": limit + 1, "relatives": relatives}
    assert verdict(at, year) == (False, True)
    assert verdict(over, year) == (False, False)


@pytest.mark.parametrize(
    ("year", "salary"), [("R7", 965_000), ("R8", 1_065_000), ("R9", 1_155_000), ("R10", 1_155_000)]
)
def test_the_salary_that_keeps_one_person_free(year, salary):
    assert verdict({"salary": salary}, year) == (True, True)
    assert verdict({"salary": salary + 1}, year) == (False, True)


@pytest.mark.parametrize("year", ["R7", "R8", "R9", "R10"])
@pytest.mark.parametrize(
    "flags",
    [
        {"disability": "general"},
        {"disability": "special"},
        {"minor": True},
        {"widow": True},
        {"single_parent": "mother"},
        {"single_parent": "father"},
    ],
)
def test_some_people_are_free_up_to_1350000(year, flags):
    assert verdict({"other_total_income": 1_350_000, "flags": flags}, year) == (True, True)
    assert verdict({"other_total_income": 1_350_001, "flags": flags}, year) == (False, False)


def test_livelihood_protection_frees_at_any_income():
    flags = {"livelihood_protection": True}
    assert verdict({"other_total_income": 9_000_000, "flags": flags}) == (True, True)


@pytest.mark.parametrize(
    ("year", "age", "free"),
    [
        ("R9", 17, True),
        ("R9", 18, False),
        ("R5", 17, True),
        ("R5", 18, False),
        ("R4", 19, True),
        ("R4", 20, False),
    ],
)
def test_being_under_age_follows_from_a_stated_age(year, age, free):
    inputs = {"age": age, "other_total_income": 1_000_000}
    assert verdict(inputs, year) == (free, free)


@pytest.mark.parametrize(
    ("family", "persons"),
    [
        ({"relatives": [{"age": 0}]}, 2),
        ({"relatives": [{"age": 20, "total_income": 620_001}]}, 1),
        ({"relatives": [{"age": 30, "abroad": True}]}, 1),
        ({"relatives": [{"age": 10, "abroad": "undocumented"}]}, 1),
        ({"relatives": [{"age": 30, "family_employee": True}]}, 1),
        ({"spouse": {"age": 30, "total_income": 620_000}}, 2),
        ({"spouse": {"age": 30, "total_income": 620_001}}, 1),
        ({"spouse": {"age": 30, "family_employee": True}}, 1),
        ({"spouse": {"age": 30}, "relatives": [{"age": 3}, {"age": 80}]}, 4),
    ],
)
def test_who_counts_for_the_limit(family, persons):
    limit = 415_000 if persons == 1 else 315_000 * persons + 289_000
    assert verdict({"other_total_income": limit, **family})[0] is True
    assert verdict({"other_total_income": limit + 1, **family})[0] is False


def test_a_spouse_counts_though_the_taxpayer_earns_too_much_for_a_deduction():
    inputs = {
        "other_total_income": 10_000_001,
        "loss_carryforward": 9_000_000,
        "spouse": {"age": 40},
    }
    assert verdict(inputs) == (False, True)


def test_an_owner_living_elsewhere_pays_per_capita_only():
    result = assess({"house_only": True}).result
    assert (result["total"], result["forest_tax"], result["income_levy_total"]) == (4_500, 0, 0)


def test_an_unknown_grade_leaves_out_what_it_would_decide():
    city = place(kyuchi=None)
    known = assess({"other_total_income": 450_001}, municipality=city).result
    unknown = assess({"other_total_income": 450_000}, municipality=city).result
    free = assess({"other_total_income": 380_000}, municipality=city).result
    assert (known["total"], free["total"]) == (5_000, 0)
    assert "total" not in unknown
    assert "per_capita_exempt" not in unknown


def test_an_unknown_per_capita_amount_leaves_out_the_total():
    result = assess({"salary": 5_000_000}, municipality=place(city_kinto=None)).result
    assert "total" not in result
    assert result["income_levy_city"] > 0


def test_kumamotos_flat_amounts_before_the_forest_tax():
    before = assess({"salary": 5_000_000}, tax_year="R5").result
    after = assess({"salary": 5_000_000}, tax_year="R7").result
    flat = ("per_capita_city", "per_capita_pref", "forest_tax")
    assert [before[name] for name in flat] == [3_500, 2_000, 0]
    assert [after[name] for name in flat] == [3_000, 1_500, 1_000]
