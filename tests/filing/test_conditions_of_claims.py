"""Conditions on which a claim hangs: rents, loans, losses, papers from abroad, readings."""

from typing import Any

import pytest

import tax
from filing import tax_inputs, validate
from filing.values import is_kana
from tests.filing.cast import answers, child, sato_return, spouse

HOUSES = {"description": "アパート", "revenue": 2_000_000, "books": "blue_65"}
SON = {"name": "佐藤　葵", "birth_date": "2000-06-15", "relation": "other", "months": 12}
SHOP = {"description": "花屋", "revenue": 3_000_000, "books": "blue_55"}
LOAN = {"credit": 100_000, "income_tax_taxable": 1_000_000, "income_tax_before_credit": 50_000}


def found(**blocks: Any) -> list[tuple[str, str, str]]:
    document = sato_return(answers(**blocks))
    return [(problem.field, problem.rule, problem.level) for problem in validate(document)]


def figures(**blocks: Any) -> dict[str, Any]:
    inputs = tax_inputs(sato_return(answers(**blocks)))
    return tax.assess(inputs, tax_year="R9", municipality="熊本市").result


def renting(*others: str, **changes: Any) -> dict[str, Any]:
    kinds = ["salary", "real_estate", *others]
    return {"income_kinds": kinds, "real_estate": HOUSES | changes}


@pytest.mark.parametrize(
    ("changes", "income"),
    [
        ({"business_scale": True}, 1_350_000),
        ({"business_scale": False}, 1_900_000),
        ({}, 1_350_000),  # nothing said, as in returns from before the question
        ({"business_scale": False, "books": "blue_55"}, 1_900_000),
        ({"business_scale": False, "books": "blue_10"}, 1_900_000),
        ({"business_scale": False, "books": "white"}, 2_000_000),
    ],
)
def test_rents_below_the_scale_of_a_business_take_100_000_yen(
    changes: dict[str, Any], income: int
) -> None:
    assert figures(**renting(**changes))["real_estate_income"] == income


def test_a_business_beside_small_rents_keeps_its_own_deduction() -> None:
    """550,000 of the shop's books: the rents use it up first (租税特別措置法25条の2)."""
    result = figures(**renting("business", business_scale=False, revenue=200_000), business=SHOP)

    assert (result["real_estate_income"], result["business_income"]) == (0, 2_650_000)


def test_large_blue_deduction_is_for_who_files_an_income_tax_return() -> None:
    assert found(**renting(business_scale=True)) == [
        ("answers.real_estate.books", "income_tax_return", "warning")
    ]
    assert found(**renting(business_scale=False)) == [
        ("answers.real_estate.books", "income_tax_return", "warning"),
        ("answers.real_estate.business_scale", "capped", "warning"),
    ]
    assert found(**renting())[-1] == ("answers.real_estate.business_scale", "look_up", "warning")
    assert found(**renting(books="blue_10")) == []


def test_premium_that_a_slip_has_as_well_is_pointed_out() -> None:
    """480,000 stands on the slip of the cast."""
    paid = [{"kind": "care", "amount": 84_000}, {"kind": "national_health", "amount": 480_000}]

    assert found(social_insurance=paid) == [
        ("answers.social_insurance.1.amount", "twice", "warning")
    ]


@pytest.mark.parametrize(
    ("scale", "income", "expected"),
    [
        # 2,000,000 - 100,000, and with a paid worker of a business 800,000 less.
        (True, 1_100_000, []),
        (False, 1_900_000, [("answers.family_workers.0.trade", "small_scale", "error")]),
        (None, 1_100_000, [("answers.family_workers.0.trade", "look_up", "warning")]),
    ],
)
def test_family_works_in_rents_of_the_scale_of_a_business_only(
    scale: bool | None, income: int, expected: list[tuple[str, str, str]]
) -> None:
    told = {} if scale is None else {"business_scale": scale}
    blocks = renting(books="blue_10", **told) | {
        "family_workers": [SON | {"trade": "real_estate", "salary": 800_000}]
    }

    assert figures(**blocks)["real_estate_income"] == income
    assert found(**blocks) == expected


@pytest.mark.parametrize(
    ("land_interest", "total_income"),
    [
        # 給与所得 2,160,000; rents 2,000,000 - 2,300,000 = -300,000.
        (0, 1_860_000),
        (100_000, 1_960_000),
        (300_000, 2_160_000),
        (500_000, 2_160_000),
    ],
)
def test_loss_from_a_loan_for_land_lowers_no_other_income(
    land_interest: int, total_income: int
) -> None:
    rents = {"interest": 500_000, "taxes": 1_800_000, "land_interest": land_interest}

    assert figures(**renting(books="white", **rents))["total_income_gokei"] == total_income


def test_interest_for_land_is_a_part_of_the_interest_and_asked_for_in_a_loss() -> None:
    path = "answers.real_estate.land_interest"
    loss = {"books": "white", "interest": 500_000, "taxes": 1_800_000}

    assert (path, "exceeds", "error") in found(**renting(**loss, land_interest=500_001))
    assert (path, "look_up", "warning") in found(**renting(**loss))
    assert path not in [field for field, _rule, _level in found(**renting(**loss, land_interest=0))]


RENTS_AND_PAY = {"revenue": 5_000_000, "books": "blue_10", "business_scale": True}


@pytest.mark.parametrize(
    ("told", "total_income", "rules"),
    [
        # 5,000,000 - 4,500,000 - 1,500,000 (専従者給与) = -1,000,000, beside 給与所得 2,160,000.
        ({}, 1_160_000, ["look_up"]),
        ({"land_interest": 0}, 1_160_000, []),
        ({"land_interest": 1_000_000}, 2_160_000, []),
    ],
)
def test_loss_that_the_familys_pay_makes_is_asked_for_interest_on_land(
    told: dict[str, int], total_income: int, rules: list[str]
) -> None:
    costs = {"interest": 1_000_000, "taxes": 3_500_000}
    blocks = renting(**RENTS_AND_PAY, **costs, **told) | {
        "family_workers": [SON | {"trade": "real_estate", "salary": 1_500_000}]
    }

    assert figures(**blocks)["total_income_gokei"] == total_income
    assert [r for field, r, _level in found(**blocks) if field.endswith("land_interest")] == rules


@pytest.mark.parametrize(
    ("business_asset", "total_income"),
    [(True, 1_860_000), (None, 1_860_000), (False, 2_160_000)],
)
def test_loss_on_a_thing_that_no_trade_used_lowers_no_other_income(
    business_asset: bool | None, total_income: int
) -> None:
    """給与所得 2,160,000; gold bought at 500,000 and sold at 200,000."""
    gold = {"description": "金", "term": "long", "revenue": 200_000, "expenses": 500_000}
    said = {} if business_asset is None else {"business_asset": business_asset}

    result = figures(income_kinds=["salary", "transfer"], transfers=[gold | said])

    assert result["total_income_gokei"] == total_income


def test_loss_on_gold_is_set_against_another_sale() -> None:
    """短期 900,000 - 300,000 = 600,000, less 500,000 (特別控除) = 100,000."""
    sold = {"description": "会員権", "term": "short", "revenue": 900_000}
    gold = {"description": "金", "term": "long", "revenue": 200_000, "expenses": 500_000}
    both = [{**row, "business_asset": False} for row in (sold, gold)]

    result = figures(income_kinds=["salary", "transfer"], transfers=both)

    assert result["total_income_gokei"] == 2_260_000


def test_a_trades_part_of_a_loss_is_all_that_lowers_other_income() -> None:
    """Machine -100,000, gold -300,000: of 400,000 only 100,000 is set against the salary."""
    machine = {"description": "機械", "term": "short", "revenue": 0, "expenses": 100_000}
    gold = {"description": "金", "term": "long", "revenue": 200_000, "expenses": 500_000}
    rows = [machine | {"business_asset": True}, gold | {"business_asset": False}]

    result = figures(income_kinds=["salary", "transfer"], transfers=rows)

    assert result["total_income_gokei"] == 2_060_000


@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        (1998, [("answers.housing.move_in_year", "year", "error")]),
        (2013, [("answers.housing.move_in_year", "period_over", "warning")]),
        (2016, [("answers.housing.move_in_year", "period_over", "warning")]),
        (2017, []),
        (2025, []),
        (2026, [("answers.housing.move_in_year", "first_year", "error")]),
        (2027, [("answers.housing.move_in_year", "year", "error")]),
    ],
)
def test_housing_loan_credit_begins_with_an_income_tax_return(
    moved: int, expected: list[tuple[str, str, str]]
) -> None:
    assert found(housing=LOAN | {"move_in_year": moved}) == expected


@pytest.mark.parametrize(
    ("cause", "day", "damage", "expected"),
    [
        ("theft", "2026-01-01", 100_000, []),
        ("theft", "2025-12-31", 100_000, [("happened_on", "other_year", "error")]),
        ("embezzlement", "1990-05-05", 100_000, [("happened_on", "other_year", "error")]),
        ("theft", "2027-01-01", 100_000, [("happened_on", "other_year", "error")]),
        ("disaster", "2022-12-31", 0, [("happened_on", "other_year", "error")]),
        ("disaster", "2023-01-01", 0, [("happened_on", "look_up", "warning")]),
        ("disaster", "2025-08-01", 100_000, [("damage", "other_year", "error")]),
        ("disaster", "2026-08-01", 100_000, []),
    ],
)
def test_loss_belongs_to_the_year_in_which_it_happened(
    cause: str, day: str, damage: int, expected: list[tuple[str, str, str]]
) -> None:
    loss = {"cause": cause, "happened_on": day, "property": "家財", "damage": damage}

    assert found(casualty=loss | {"disaster_cost": 80_000}) == [
        (f"answers.casualty.{field}", rule, level) for field, rule, level in expected
    ]


@pytest.mark.parametrize(
    ("papers", "deduction"),
    [
        ({"abroad_papers": True}, 330_000),
        ({"abroad_papers": False}, 0),
        ({}, 330_000),  # nothing said, as in a 確定申告 and on forms without the question
    ],
)
def test_family_abroad_counts_with_its_papers_only(papers: dict[str, bool], deduction: int) -> None:
    abroad = {"living": "abroad", "address": "Seoul", **papers}
    wife = figures(spouse=spouse(**abroad))
    son = figures(relatives=[child(**abroad)])

    assert wife["spouse_deduction"] == deduction
    assert son["dependant_deduction"] == deduction


@pytest.mark.parametrize(
    ("papers", "total"),
    [
        # 2,160,000 - 480,000 - 330,000 - 430,000 = 920,000 at 8 % and 2 %, less
        # (50,000 + 50,000) x 5 % (調整控除), and 5,500: 69,600 + 17,400 + 5,500.
        ({}, 92_500),
        # Without the spouse 1,250,000, less 50,000 x 5 %: 98,000 + 24,500 + 5,500.
        ({"abroad_papers": False}, 128_000),
    ],
)
def test_wife_abroad_of_a_return_that_does_not_ask_for_papers_stays(
    papers: dict[str, bool], total: int
) -> None:
    wife = spouse(living="abroad", address="Seoul", **papers)

    assert figures(spouse=wife)["total"] == total


@pytest.mark.parametrize(
    ("papers", "expected"),
    [
        ({"abroad_papers": True}, []),
        ({"abroad_papers": False}, [("papers_missing", "warning")]),
        ({}, [("look_up", "warning")]),
    ],
)
def test_papers_from_abroad_that_are_not_spoken_of_are_to_be_looked_up(
    papers: dict[str, bool], expected: list[tuple[str, str]]
) -> None:
    wife = spouse(living="abroad", address="Seoul", **papers)

    assert found(spouse=wife) == [
        ("answers.spouse.abroad_papers", rule, level) for rule, level in expected
    ]


def test_single_parent_of_a_child_abroad_needs_no_papers_for_the_status() -> None:
    """2,160,000 - 480,000 - 380,000 (father, 76) - 300,000 - 430,000 = 570,000 at 8 % and 2 %.

    調整控除: (50,000 + 100,000 + 50,000) x 5 % = 8,000 and 2,000; 均等割など 5,500. The child of 17
    brings no 扶養控除.
    """
    abroad = child(living="abroad", address="Seoul", abroad_papers=False)
    father = child(relation="parent", birth_date="1950-04-05")

    result = figures(relatives=[abroad, father], personal={"single_parent": "mother"})

    assert result["single_parent_deduction"] == 300_000
    assert result["dependant_deduction"] == 380_000
    assert result["total"] == 52_500


@pytest.mark.parametrize(
    "text", ["", "サトウ ハナコ", "ｻﾄｳ ﾊﾅｺ", "さとう　はなこ", "ジャン＝ポール・ヴェガ", "ヷ𛀀"]
)
def test_kana_of_any_width_and_kind_is_a_reading(text: str) -> None:
    assert is_kana(text)


@pytest.mark.parametrize("text", ["???", "佐藤", "Sato", "サトウ1", "サトウ?", "サトウ\n"])
def test_what_is_no_kana_is_no_reading(text: str) -> None:
    assert not is_kana(text)
