"""徴収方法の決定: who collects which part of one resident's tax, by age, choice and pension.

By hand, R9. A pensioner of 70 with 2,400,000: 1,300,000 - 430,000 - 200,000 = 670,000, of which
10% less 調整控除 2,500 is 64,500; with 均等割・森林環境税 5,500 it is 70,000.
"""

import pytest

from tax import assess
from tax.collecting import (
    FROM_PENSION,
    FROM_WORK,
    Dues,
    Payer,
    dues_of,
    make_dues,
    plan,
)
from tax.columns import assess_columns, columns_of, keeping_incomes
from tax.law import law_of

PENSIONER = {"age": 70, "public_pension": 2_400_000, "social_insurance": 200_000}
# As in tests/review/test_collecting.py: 274,000 + 5,500, of the salary alone 161,500 + 5,500, of
# the pension alone 8,000 + 5,500.
BOTH = {
    "salary": 4_000_000,
    "public_pension": 2_000_000,
    "social_insurance": 690_000,
}
NOBODY = {
    "age": 40,
    "pension": 0,
    "employed": False,
    "pays_by_hand": False,
    "care_premium_withheld": False,
}


def planned(inputs, **payer):
    """Return the plan of one resident, pension · salary · ordinary."""
    done = assess(inputs).computation
    known = NOBODY | {"pension": inputs.get("public_pension", 0)} | payer
    found = plan(Payer(**known), dues_of(done, employed=known["employed"]), done.law)
    assert sum([*found.pension, *found.salary, *found.ordinary]) == done.total
    return found.pension, found.salary, found.ordinary


def test_first_year_of_a_pension_is_half_by_hand_in_june_and_august():
    """35,000 by hand: 18,000 and 17,000; 35,000 withheld: 11,800 and twice 11,600."""
    pension, salary, ordinary = planned(PENSIONER, age=70, care_premium_withheld=True)

    assert pension == [0, 0, 0, 11_800, 11_600, 11_600]
    assert (salary, ordinary) == ([], [18_000, 17_000, 0, 0])


def test_later_year_begins_with_sixths_of_the_last():
    found = planned(PENSIONER, age=70, care_premium_withheld=True, previous_pension=60_000)

    assert found == ([10_000, 10_000, 10_000, 13_400, 13_300, 13_300], [], [])


@pytest.mark.parametrize(
    "change",
    [{"age": 64}, {"care_premium_withheld": False}],
)
def test_pension_takes_nothing_before_65_or_without_a_care_premium(change):
    payer = {"age": 65, "care_premium_withheld": True} | change

    assert planned(PENSIONER, **payer) == ([], [], [19_000, 17_000, 17_000, 17_000])


@pytest.mark.parametrize(("pension", "withheld"), [(179_999, 0), (180_000, 3_000)])
def test_pension_of_less_than_180_000_takes_nothing(pension, withheld):
    known = NOBODY | {"age": 70, "pension": pension, "care_premium_withheld": True}
    dues = Dues(10_000, 4_500, of_pension=6_000, of_salary=0, of_salary_and_pension=6_000)

    found = plan(Payer(**known), dues, law_of("R9"))

    assert (sum(found.pension), sum(found.ordinary)) == (withheld, 10_000 - withheld)


def test_other_income_of_a_pensioner_is_paid_by_hand():
    """170,000 in all; 70,000 of the pension, 100,000 in four terms of 25,000."""
    inputs = PENSIONER | {"other_total_income": 1_000_000}
    pension, salary, ordinary = planned(inputs, age=70, care_premium_withheld=True)

    assert sum(pension) == 35_000
    assert ordinary == [25_000 + 18_000, 25_000 + 17_000, 25_000, 25_000]
    assert salary == []


@pytest.mark.parametrize(
    ("age", "by_hand", "salary", "ordinary"),
    [
        (64, False, [24_300, *[23_200] * 11], []),
        (64, True, [14_100, *[13_900] * 11], [28_500, 28_000, 28_000, 28_000]),
        (65, False, [22_900, *[22_600] * 11], [2_000] * 4),
        (65, True, [22_900, *[22_600] * 11], [2_000] * 4),
    ],
)
def test_salary_beside_a_pension_takes_what_is_its_own_from_65_on(age, by_hand, salary, ordinary):
    found = planned(BOTH | {"age": age - 1}, age=age, employed=True, pays_by_hand=by_hand)

    assert found == ([], salary, ordinary)


def test_salary_and_pension_both_withhold_and_per_capita_tax_is_the_salarys():
    found = planned(BOTH | {"age": 64}, age=65, employed=True, care_premium_withheld=True)

    assert found == (
        [0, 0, 0, 1_400, 1_300, 1_300],
        [22_900, *[22_600] * 11],
        [2_000, 2_000, 0, 0],
    )


@pytest.mark.parametrize(
    ("by_hand", "salary", "ordinary"),
    [(True, 128_000, 100_000), (False, 228_000, 0)],
)
def test_other_income_beside_a_salary_goes_as_was_chosen(by_hand, salary, ordinary):
    """3,200,000 - 1,040,000 = 2,160,000 - 480,000 - 430,000 = 1,250,000; 122,500 + 5,500."""
    inputs = {"salary": 3_200_000, "social_insurance": 480_000, "other_total_income": 1_000_000}

    _pension, months, terms = planned(inputs, employed=True, pays_by_hand=by_hand)

    assert (sum(months), sum(terms)) == (salary, ordinary)


def test_per_capita_tax_alone_is_collected_at_once():
    assert planned({"other_total_income": 420_000}) == ([], [], [5_500, 0, 0, 0])


@pytest.mark.parametrize("employed", [False, True])
def test_dues_of_one_are_those_of_the_whole_city(employed):
    """The year's run asks over columns, the estimate one by one."""
    people = [
        PENSIONER,
        BOTH | {"age": 64},
        PENSIONER | {"other_total_income": 1_000_000, "withheld_split": 9_000},
        BOTH | {"listed_dividends_separate": 300_000, "withheld_split": 15_000, "furusato": 30_000},
        {"salary": 1_200_000, "relatives": [{"age": 20}], "futures_gain": 500_000},
    ]
    columns = columns_of(people, tax_year="R9")
    outputs = ("total", "income_levy_city", "income_levy_pref", "withheld_to_per_capita")
    whole, pension, work, both = (
        assess_columns(part, outputs=outputs)
        for part in (
            columns,
            keeping_incomes(columns, FROM_PENSION),
            keeping_incomes(columns, FROM_WORK),
            keeping_incomes(columns, (*FROM_WORK, *FROM_PENSION)),
        )
    )
    expected = [
        make_dues(
            total=whole["total"][at],
            income_levy=whole["income_levy_city"][at] + whole["income_levy_pref"][at],
            covered=whole["withheld_to_per_capita"][at],
            only=(pension["total"][at], work["total"][at], both["total"][at]),
            pension_levy=pension["income_levy_city"][at] + pension["income_levy_pref"][at],
            employed=employed,
        )
        for at in range(len(people))
    ]

    assert [dues_of(assess(one).computation, employed=employed) for one in people] == expected
