"""Checks on trades, sales, certificates, receipts, gifts: at the box, with the remedy."""

from typing import Any

import pytest

from filing import validate
from tests.filing.cast import answers, child, sato_return, spouse
from tests.filing.test_validation import found_with

SHOP = {"description": "花屋", "revenue": 1_000_000, "books": "white"}
LOAN = {"credit": 100_000, "income_tax_taxable": 1_000_000, "income_tax_before_credit": 50_000}


def worker(**changes: Any) -> dict[str, Any]:
    return {
        "name": "佐藤　太郎",
        "birth_date": "1984-12-24",
        "relation": "other",
        "trade": "business",
        "months": 12,
    } | changes


def business(**blocks: Any) -> dict[str, Any]:
    return {"income_kinds": ["business"], "salaries": None, "business": SHOP} | blocks


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        (
            business(business=SHOP | {"rent": 1_000_001}),
            ("answers.business.revenue", "loss", "warning"),
        ),
        (
            business(
                business=SHOP | {"books": "blue_10", "rent": 400_000},
                family_workers=[worker(salary=600_001)],
            ),
            ("answers.business.revenue", "loss", "warning"),
        ),
        (
            business(family_workers=[worker(trade="farm")]),
            ("answers.family_workers.0.trade", "no_trade", "error"),
        ),
        (
            business(family_workers=[worker(salary=1)]),
            ("answers.family_workers.0.salary", "white", "error"),
        ),
        (
            business(business=SHOP | {"books": "blue_10"}, family_workers=[worker()]),
            ("answers.family_workers.0.salary", "required", "error"),
        ),
        (
            business(family_workers=[worker(months=6)]),
            ("answers.family_workers.0.months", "few_months", "error"),
        ),
        (
            business(
                business=SHOP | {"books": "blue_10"},
                family_workers=[worker(months=6, salary=600_000)],
            ),
            ("answers.family_workers.0.months", "few_months", "warning"),
        ),
        (
            business(family_workers=[worker(months=13)]),
            ("answers.family_workers.0.months", "months", "error"),
        ),
        (
            business(family_workers=[worker(birth_date="2012-01-02")]),
            ("answers.family_workers.0.birth_date", "too_young", "error"),
        ),
        (
            business(
                family_workers=[worker(name="佐藤　葵", birth_date="2009-06-15")],
                relatives=[child()],
            ),
            ("answers.family_workers.0.name", "no_effect", "warning"),
        ),
        (
            business(family_workers=[worker(relation="spouse")], spouse=spouse()),
            ("answers.family_workers.0.relation", "no_effect", "warning"),
        ),
        (
            {
                "income_kinds": ["dividends"],
                "salaries": None,
                "dividends": [
                    {
                        "payer": "A",
                        "kind": "shares",
                        "method": "separate",
                        "revenue": 100_000,
                        "withheld_resident_tax": 5_000,
                    }
                ],
            },
            ("answers.dividends.0.withheld_resident_tax", "income_tax_return", "warning"),
        ),
        (
            {
                "life": {"care": 30_000},
                "life_certificates": [{"company": "A", "kind": "care", "amount": 40_000}],
            },
            ("answers.life.care", "sum", "warning"),
        ),
        (
            {
                "medical": {"method": "medical", "paid": 5_000},
                "medical_receipts": [{"person": "花子", "payee": "病院", "paid": 6_000}],
            },
            ("answers.medical.paid", "sum", "warning"),
        ),
        (
            {"donations": [{"recipient": "A", "kind": "furusato", "amount": 1, "one_stop": True}]},
            ("answers.donations.0.one_stop", "one_stop_void", "warning"),
        ),
        (
            {"housing": LOAN | {"move_in_year": 2027}},
            ("answers.housing.move_in_year", "year", "error"),
        ),
        (
            {"salaries": [{"payer": "店", "revenue": 100, "social_insurance": 31}]},
            ("answers.salaries.0.social_insurance", "implausible", "warning"),
        ),
        (
            {"relatives": [child(living="apart")]},
            ("answers.relatives.0.address", "address_missing", "warning"),
        ),
        (
            {"relatives": [child(living="abroad", address="Seoul")]},
            ("answers.relatives.0.abroad_papers", "look_up", "warning"),
        ),
    ],
)
def test_new_blocks_are_checked(blocks: dict[str, Any], expected: tuple[str, str, str]) -> None:
    assert found_with(**blocks) == [expected]


REFUSED = (
    "事業専従者(1件目)の月数が6か月以下なので、白色申告の専従者になりません。"
    "1か月に足りない日は1か月と数えます(6か月と10日なら7)。月数を直すか、その人を消してください。"
)


@pytest.mark.parametrize(("months", "said"), [(5, [REFUSED]), (6, [REFUSED]), (7, []), (12, [])])
def test_white_family_worker_is_told_how_months_are_counted(months: int, said: list[str]) -> None:
    """20 June to 31 December are 6 months and 12 days, more than six: the box says 7."""
    document = sato_return(answers(**business(family_workers=[worker(months=months)])))

    assert [problem.message for problem in validate(document)] == said


def test_boxes_of_a_slip_cannot_be_more_than_the_whole_together() -> None:
    slip = {"payer": "店", "revenue": 100, "withheld_tax": 45, "social_insurance": 56}

    assert found_with(salaries=[slip]) == [
        ("answers.salaries.0.social_insurance", "implausible", "warning"),
        ("answers.salaries.0.revenue", "sum_exceeds_revenue", "error"),
    ]


def test_whole_shop_with_a_blue_worker_has_no_problem() -> None:
    shop = SHOP | {"books": "blue_10", "goods": 400_000}

    assert found_with(**business(business=shop, family_workers=[worker(salary=100_000)])) == []


def test_familys_pay_that_leaves_nothing_is_no_loss() -> None:
    """1,000,000 less 400,000 of rent and 600,000 of pay is 0; with white books pay is no cost."""
    blue = SHOP | {"books": "blue_10", "rent": 400_000}
    even = sato_return(answers(**business(business=blue, family_workers=[worker(salary=600_000)])))
    white = sato_return(
        answers(
            **business(business=SHOP | {"rent": 400_000}, family_workers=[worker(salary=600_001)])
        )
    )

    assert [p.rule for p in [*validate(even), *validate(white)] if p.rule == "loss"] == []
