"""納め方と退職所得: instalments by every route, and the tax on a retirement allowance."""

import pytest

from tax import InputError, assess, collection
from tax.components import compute_component
from tax.law import law_of
from tax.retirement import retirement_tax

LAW = law_of("R9")


@pytest.mark.parametrize(
    ("total", "first", "others"),
    [
        (194_500, 50_500, 48_000),
        (8_000, 2_000, 2_000),
        (7_999, 4_999, 1_000),
        (3_900, 3_900, 0),
        (4_000, 1_000, 1_000),
        (0, 0, 0),
    ],
)
def test_ordinary_collection_puts_the_rest_in_the_first_term(total, first, others):
    plan = collection.ordinary(total, True, LAW)
    assert (plan.first, plan.others) == (first, others)


@pytest.mark.parametrize(
    ("total", "june", "others"),
    [(194_500, 16_300, 16_200), (1_200, 100, 100), (1_100, 1_100, 0), (2_399, 1_299, 100)],
)
def test_salary_collection_puts_the_rest_in_june(total, june, others):
    plan = collection.salary(total, True, LAW)
    assert (plan.first, plan.others) == (june, others)


def test_per_capita_alone_is_collected_at_once():
    result = assess({"other_total_income": 420_000}).result
    assert result["ordinary"] == {"1": 5_500, "2-4": 0}
    assert result["salary_withholding"] == {"june": 5_500, "other_months": 0}


@pytest.mark.parametrize(
    ("month", "paid_months", "answer"),
    [
        (1, 8, {"paid": 115_300, "withheld_at_once": 57_200, "ordinary": 0}),
        (5, 11, {"paid": 158_200, "withheld_at_once": 14_300, "ordinary": 0}),
        (6, 1, {"paid": 15_200, "withheld_at_once": 0, "ordinary": 157_300}),
        (12, 0, {"paid": 0, "withheld_at_once": 0, "ordinary": 172_500}),
    ],
)
def test_a_leaver_pays_the_rest_at_once_or_by_hand(month, paid_months, answer):
    assert collection.after_leaving(172_500, paid_months, month, LAW) == answer


def test_a_pension_is_first_taxed_half_by_hand_and_half_withheld():
    assert collection.pension_first_year(60_500, LAW) == {
        "june_ordinary": 15_200,
        "august_ordinary": 15_000,
        "october": 10_100,
        "december": 10_100,
        "february": 10_100,
    }


def test_a_pension_is_then_taxed_by_sixths_of_last_year():
    assert collection.pension_next_year(66_000, 60_500, LAW) == {
        "april": 10_000,
        "june": 10_000,
        "august": 10_000,
        "october": 12_000,
        "december": 12_000,
        "february": 12_000,
        "refund": 0,
    }
    assert collection.pension_next_year(20_000, 60_500, LAW)["refund"] == 10_000


@pytest.mark.parametrize(
    ("age", "pension", "care", "tax", "applies"),
    [
        (65, 180_000, True, 1, True),
        (64, 180_000, True, 1, False),
        (65, 179_999, True, 1, False),
        (65, 180_000, False, 1, False),
        (65, 180_000, True, 180_001, False),
        (65, 180_000, True, 0, False),
    ],
)
def test_who_pays_from_a_pension(age, pension, care, tax, applies):
    assert collection.pension_withholding_applies(age, pension, care, tax, LAW) is applies


@pytest.mark.parametrize(
    ("payment", "years", "options", "deduction", "city", "pref"),
    [
        (20_000_000, 30, {}, 15_000_000, 150_000, 100_000),
        (10_000_000, 20, {}, 8_000_000, 60_000, 40_000),
        (10_000_000, 21, {}, 8_700_000, 39_000, 26_000),
        (900_000, 1, {}, 800_000, 3_000, 2_000),
        (900_000, 2, {}, 800_000, 3_000, 2_000),
        (2_200_000, 3, {}, 1_200_000, 30_000, 20_000),
        (2_300_000, 1, {"disability": True}, 1_800_000, 15_000, 10_000),
        (5_000_000, 5, {"officer": True}, 2_000_000, 180_000, 120_000),
        (5_400_000, 6, {"officer": True}, 2_400_000, 90_000, 60_000),
        (5_000_000, 5, {}, 2_000_000, 90_000, 60_000),
        (6_000_000, 5, {}, 2_000_000, 150_000, 100_000),
        (6_400_000, 6, {}, 2_400_000, 120_000, 80_000),
        (8_063_999, 20, {}, 8_000_000, 1_800, 1_200),
        (8_065_999, 20, {}, 8_000_000, 1_900, 1_200),
    ],
)
def test_a_retirement_allowance_is_taxed_at_source(payment, years, options, deduction, city, pref):
    found = retirement_tax(payment, years, LAW, **options)
    assert (found["retirement_deduction"], found["city"], found["pref"]) == (deduction, city, pref)


@pytest.mark.parametrize(("payment", "years", "field"), [(-1, 5, "payment"), (1, 0, "years")])
def test_an_impossible_allowance_is_refused(payment, years, field):
    with pytest.raises(InputError) as refused:
        retirement_tax(payment, years, LAW)
    assert refused.value.field == field


def test_components_answer_for_pensions_and_retirement():
    pension = compute_component({"component": "pension_withholding", "total": 60_500}, "R9")
    assert sum(pension.values()) == 60_500
    later = {"component": "pension_withholding", "total": 66_000, "previous_total": 60_500}
    assert compute_component(later, "R9")["april"] == 10_000
    retirement = {"component": "retirement", "payment": 20_000_000, "years": 30}
    assert compute_component(retirement, "R9")["total"] == 250_000


def test_the_employment_table_without_salaries_answers_at_the_joints():
    table = compute_component({"component": "employment_income_table"}, "R9")
    assert (table["740999"], table["741000"], table["2200000"]) == (0, 1_000, 1_460_000)
