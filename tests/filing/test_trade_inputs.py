"""Trades, sales and claims in the language of compute_tax, and what is made of them."""

from typing import Any

import pytest

import tax
from filing import tax_inputs
from tests.filing.cast import answers, child, sato_return, spouse

SHOP = {"description": "花屋", "revenue": 4_000_000, "goods": 1_000_000, "rent": 500_000}
FLAT = {"description": "アパート", "revenue": 1_200_000, "repairs": 200_000}


def inputs(*kinds: str, **blocks: Any) -> dict[str, Any]:
    return tax_inputs(sato_return(answers(income_kinds=list(kinds), salaries=None, **blocks)))


def worker(**changes: Any) -> dict[str, Any]:
    return {
        "name": "佐藤　太郎",
        "birth_date": "1984-12-24",
        "relation": "spouse",
        "trade": "business",
        "months": 12,
    } | changes


def test_costs_of_a_shop_are_added_up_by_kind() -> None:
    found = inputs("business", business=SHOP | {"books": "white"})

    assert found["business"] == {"revenue": 4_000_000, "expenses": 1_500_000}


def test_blue_deduction_is_one_amount_of_which_real_estate_uses_its_part_first() -> None:
    found = inputs(
        "business",
        "real_estate",
        business=SHOP | {"books": "blue_65"},
        real_estate=FLAT | {"revenue": 400_000, "books": "blue_65"},
    )

    assert found["real_estate"]["blue_deduction"] == 200_000
    assert found["business"]["blue_deduction"] == 450_000


def test_spouse_in_a_white_shop_counts_as_worker_and_not_as_spouse() -> None:
    found = inputs(
        "business",
        business=SHOP | {"books": "white"},
        family_workers=[worker()],
        spouse=spouse(),
    )

    assert found["business"]["white_spouse"] == 1
    assert found["spouse"]["family_employee"] is True
    result = tax.assess(found, tax_year="R9").result
    # 2,500,000 less the smaller of 860,000 and 2,500,000 / 2.
    assert result["business_income"] == 2_500_000 - 860_000
    assert result["spouse_deduction"] == 0


@pytest.mark.parametrize("name", ["佐藤　葵", "佐藤 葵", "佐藤葵"])
def test_child_in_a_blue_shop_is_paid_and_no_dependant(name: str) -> None:
    """However the blank in the name was typed on either page."""
    son = worker(name=name, birth_date="2009-06-15", relation="other", salary=600_000)
    found = inputs(
        "business",
        business=SHOP | {"books": "blue_10"},
        family_workers=[son],
        relatives=[child()],
    )

    assert found["business"]["family_employee"] == 600_000
    assert found["relatives"][0]["family_employee"] is True
    assert tax.assess(found, tax_year="R9").result["dependant_deduction"] == 0


def test_dividends_go_together_or_apart_as_declared() -> None:
    found = inputs(
        "dividends",
        dividends=[
            {"payer": "A", "kind": "shares", "revenue": 100_000, "interest_paid": 10_000},
            {"payer": "B", "kind": "trust", "method": "comprehensive", "revenue": 50_000},
            {
                "payer": "C",
                "kind": "shares",
                "method": "separate",
                "revenue": 80_000,
                "withheld_resident_tax": 4_000,
            },
        ],
    )

    assert found["general_dividends"] == {
        "shares": 100_000,
        "trusts": 50_000,
        "interest_paid": 10_000,
    }
    assert found["listed_dividends_separate"] == 80_000
    assert found["withheld_split"] == 4_000


def test_loss_of_land_is_set_against_gains_of_land_only() -> None:
    found = inputs(
        "land",
        land=[
            {"place": "A", "kind": "short", "revenue": 1_000_000, "expenses": 3_000_000},
            {"place": "B", "kind": "long", "revenue": 9_000_000, "expenses": 1_000_000},
        ],
    )

    assert found["land_long_term"] == {"gain": 6_000_000}
    assert "land_short_term" not in found


def test_each_term_of_land_meets_its_own_loss_first() -> None:
    """通達31・32共-2. Short (5,000,000 - 430,000) x 9 % + home (10 - 3 = 7 million) x 4 %.

    City 553,040 and prefecture 138,260, under 100 yen dropped, + 5,500.
    """
    found = inputs(
        "land",
        land=[
            {"place": "A", "kind": "long", "revenue": 1_000_000, "expenses": 4_000_000},
            {"place": "B", "kind": "short", "revenue": 6_000_000, "expenses": 1_000_000},
            {"place": "C", "kind": "long_residence", "revenue": 11_000_000, "expenses": 1_000_000},
        ],
    )

    assert found["land_short_term"] == {"gain": 5_000_000}
    assert found["land_long_term_residence"] == {"gain": 7_000_000}
    assert "land_long_term" not in found
    assert tax.assess(found).result["total"] == 696_700


def test_what_one_term_of_land_cannot_take_of_a_loss_goes_to_the_other() -> None:
    found = inputs(
        "land",
        land=[
            {"place": "A", "kind": "short_public", "revenue": 1_000_000, "expenses": 4_000_000},
            {"place": "B", "kind": "short", "revenue": 2_000_000},
            {"place": "C", "kind": "long_superior", "revenue": 5_000_000},
        ],
    )

    assert found["land_long_term_superior"] == {"gain": 4_000_000}
    assert "land_short_term" not in found


def test_loss_from_forestry_lowers_a_salary() -> None:
    """所得税法69条: 3,560,000 - 2,000,000 - 1,150,000 = 410,000: 41,000 - 2,500 + 5,500."""
    woods = {"description": "杉", "revenue": 500_000, "expenses": 2_500_000}
    slip = {"payer": "会社", "revenue": 5_000_000, "social_insurance": 720_000}

    found = tax_inputs(
        sato_return(answers(income_kinds=["salary", "forestry"], salaries=[slip], forestry=woods))
    )

    assert (found.get("forestry", 0), found["forestry_loss"]) == (0, 2_000_000)
    assert tax.assess({**found, "social_insurance": 720_000}).result["total"] == 44_000


def test_carried_business_loss_leaves_a_gain_from_land_as_it_is() -> None:
    """所得税法70条: (10,000,000 - 430,000) x 5 % + 5,500; 雑損失 goes on to the land."""
    sold = {"place": "A", "kind": "long", "revenue": 10_000_000}
    shop = {"description": "花屋", "revenue": 900_000, "books": "white"}

    of_trade = inputs("business", "land", business=shop, land=[sold], losses={"general": 3_000_000})
    of_storm = inputs(
        "business", "land", business=shop, land=[sold], losses={"casualty": 3_000_000}
    )

    assert tax.assess(of_trade).result["total"] == 484_000
    assert tax.assess(of_storm).result["total"] == 379_000


def test_loss_of_listed_shares_is_passed_as_a_loss() -> None:
    sold = {"payer": "証券", "kind": "listed", "revenue": 100_000, "expenses": 400_000}

    assert inputs("shares", shares=[sold])["listed_stock_loss"] == 300_000


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ({"mutual_aid": {"ideco": 276_000, "small_enterprise": 0}}, {"small_mutual_aid": 276_000}),
        (
            {"casualty": {"damage": 900_000, "disaster_cost": 300_000, "reimbursed": 500_000}},
            {"casualty": {"net_loss": 700_000, "disaster_cost": 300_000}},
        ),
        ({"casualty": {"damage": 100_000, "reimbursed": 100_000}}, {}),
        (
            {
                "donations": [
                    {"recipient": "阿蘇市", "kind": "furusato", "amount": 30_000, "one_stop": True},
                    {"recipient": "日本赤十字社", "kind": "local", "amount": 5_000},
                    {"recipient": "大学", "kind": "pref", "amount": 3_000},
                ]
            },
            {"furusato": 30_000, "other_donation": {"both": 5_000, "pref": 3_000}},
        ),
        ({"losses": {"shares": 200_000}}, {"stock_loss_carryforward": 200_000}),
        ({"special_rules": {"home_worker": True}}, {"home_worker": True}),
        ({"housing": {"credit": 100_000}}, {}),
    ],
)
def test_claims_become_inputs(blocks: dict[str, Any], expected: dict[str, Any]) -> None:
    found = inputs("salary", **blocks)

    assert {key: value for key, value in found.items() if key != "age"} == expected


def test_trade_that_is_no_longer_chosen_does_not_count() -> None:
    assert inputs(business=SHOP | {"books": "white"}) == {"age": 41}
