"""From answers to the language of compute_tax."""

from datetime import date
from typing import Any

import pytest

import tax
from filing import tax_inputs
from tests.filing.cast import answers, child, sato, sato_return, spouse


def inputs(**blocks: Any) -> dict[str, Any]:
    return tax_inputs(sato_return(answers(**blocks)))


def test_salaried_return_becomes_age_salary_and_premiums() -> None:
    assert inputs() == {"age": 41, "salary": 3_200_000, "social_insurance": 480_000}


def test_slips_are_added_up() -> None:
    rows = [
        {"payer": "A", "revenue": 1_000_000, "social_insurance": 100_000},
        {"payer": "B", "revenue": 500_000},
    ]
    found = inputs(
        salaries=rows,
        income_kinds=["salary", "pension"],
        pensions=[{"payer": "日本年金機構", "revenue": 700_000, "social_insurance": 30_000}],
        social_insurance=[{"kind": "national_health", "amount": 50_000}],
    )

    assert found == {
        "age": 41,
        "salary": 1_500_000,
        "public_pension": 700_000,
        "social_insurance": 180_000,
    }


def test_misc_income_is_passed_as_revenue_and_expenses() -> None:
    gain = {"description": "原稿料", "payer": "", "revenue": 300_000, "expenses": 100_000}
    loss = {"description": "配信", "payer": "", "revenue": 0, "expenses": 150_000}

    found = inputs(income_kinds=["misc"], salaries=None, misc=[gain, loss])

    assert found == {"age": 41, "misc_other": {"revenue": 300_000, "expenses": 250_000}}


def test_income_of_a_kind_that_is_no_longer_chosen_does_not_count() -> None:
    assert inputs(income_kinds=[]) == {"age": 41}


def test_insurance_premiums_are_passed_by_class() -> None:
    found = inputs(
        life={"new_general": 80_000, "old_pension": 0},
        earthquake={"earthquake": 20_000},
    )

    assert found["life"] == {"new_general": 80_000}
    assert found["earthquake"] == {"earthquake": 20_000}


def test_medical_costs_are_one_or_the_other() -> None:
    medical = {"method": "medical", "paid": 200_000, "reimbursed": 50_000, "amount": 0}
    medicine = {"method": "self_medication", "paid": 0, "reimbursed": 0, "amount": 30_000}

    assert inputs(medical=medical)["medical"] == {"paid": 200_000, "reimbursed": 50_000}
    assert inputs(medical=medicine)["self_medication"] == 30_000
    assert "medical" not in inputs(medical=medicine)


def test_family_is_passed_with_ages_on_31_december() -> None:
    found = inputs(
        spouse=spouse(total_income=550_000, disability="general"),
        relatives=[
            child(birth_date="2011-01-01"),
            child(birth_date="2011-01-02", disability="special_co"),
            child(relation="parent", birth_date="1957-01-01", cohabiting_parent=True),
        ],
    )

    assert found["spouse"] == {"age": 42, "total_income": 550_000, "disability": "general"}
    assert found["relatives"] == [
        {"age": 16, "total_income": 0, "relation": "child"},
        {"age": 15, "total_income": 0, "relation": "child", "disability": "special_co"},
        {"age": 70, "total_income": 0, "relation": "parent", "cohabiting_parent": True},
    ]


def test_relative_abroad_is_passed_with_the_reason_if_there_is_one() -> None:
    abroad = child(living="abroad", birth_date="1990-01-01", relation="sibling")

    found = inputs(relatives=[abroad, abroad | {"abroad_reason": "remittance"}])

    assert [row["abroad"] for row in found["relatives"]] == [True, "remittance"]


def test_engine_takes_the_inputs_of_a_full_return() -> None:
    document = sato_return(
        answers(
            income_kinds=["salary", "pension", "misc"],
            pensions=[{"payer": "日本年金機構", "revenue": 700_000, "social_insurance": 30_000}],
            misc=[{"description": "原稿料", "revenue": 300_000, "expenses": 100_000}],
            social_insurance=[{"kind": "national_health", "amount": 50_000}],
            life={"new_general": 80_000},
            earthquake={"earthquake": 20_000},
            medical={"method": "medical", "paid": 300_000, "reimbursed": 50_000},
            spouse=spouse(living="abroad"),
            relatives=[
                child(),
                child(
                    living="abroad",
                    abroad_reason="study",
                    birth_date="1990-01-01",
                ),
                child(relation="parent", birth_date="1950-01-01", cohabiting_parent=True),
            ],
            personal={"disability": "general", "widow": False, "single_parent": ""},
        )
    )

    result = tax.assess(tax_inputs(document), tax_year="R9", municipality="熊本市").result

    assert result["employment_income_before_adjustment"] == 2_160_000
    assert result["pension_income"] == 100_000
    assert result["life_deduction"] == 28_000
    assert result["earthquake_deduction"] == 10_000
    assert result["medical_deduction"] == 150_000


def test_claims_for_the_filer_become_flags() -> None:
    personal = {
        "disability": "special",
        "widow": False,
        "single_parent": "mother",
        "working_student": True,
        "school": "熊本大学",
    }

    assert inputs(personal=personal)["flags"] == {
        "disability": "special",
        "single_parent": "mother",
        "working_student": True,
    }


@pytest.mark.parametrize(
    ("reason", "relatives", "deducted"),
    [
        ("divorced", [child()], 260_000),
        ("divorced", [], 0),
        ("divorced", [child(total_income=620_001)], 0),
        ("bereaved", [], 260_000),
        ("missing", [], 260_000),
        ("", [], 260_000),
    ],
)
def test_divorced_widow_is_one_by_her_dependants(
    reason: str, relatives: list[dict[str, Any]], deducted: int
) -> None:
    """Of a return that gives no reason the claim is believed, as before."""
    personal = {"widow": True} | ({"widow_reason": reason} if reason else {})
    document = sato_return(answers(personal=personal, relatives=relatives))

    result = tax.assess(tax_inputs(document), tax_year="R9").result

    assert result.get("widow_deduction", 0) == deducted


def test_minor_is_reckoned_from_the_birth_date() -> None:
    young = sato_return(filer=sato(birth_date=date(2009, 1, 3)))
    older = sato_return(filer=sato(birth_date=date(2009, 1, 2)))

    assert tax_inputs(young)["flags"] == {"minor": True}
    assert tax_inputs(older)["flags"] == {"minor": False}


def test_half_filled_answers_count_with_what_they_have() -> None:
    draft = {
        "income_kinds": ["salary"],
        "salaries": [{"payer": "A"}, {"revenue": 900_000}],
        "relatives": [{"name": "葵"}, {"birth_date": "2027-05-01"}],
        "spouse": {},
    }

    found = tax_inputs(draft, birth_date=date(1985, 4, 1), tax_year="R9")

    assert found == {"age": 41, "salary": 900_000}


def test_answers_alone_need_birth_date_and_year() -> None:
    with pytest.raises(ValueError, match="birth_date"):
        tax_inputs(answers())
