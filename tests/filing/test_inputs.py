"""From answers to the language of compute_tax."""

from datetime import date
from typing import Any

import pytest

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


def test_misc_income_is_net_and_never_below_zero() -> None:
    gain = {"description": "原稿料", "payer": "", "revenue": 300_000, "expenses": 100_000}
    loss = {"description": "配信", "payer": "", "revenue": 0, "expenses": 150_000}

    kinds = {"income_kinds": ["misc"], "salaries": None}

    assert inputs(**kinds, misc=[gain, loss])["other_total_income"] == 50_000
    assert inputs(**kinds, misc=[loss]) == {"age": 41}


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
        {"age": 16, "total_income": 0},
        {"age": 15, "total_income": 0, "disability": "special_co"},
        {"age": 70, "total_income": 0, "cohabiting_parent": True},
    ]


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


def test_minor_is_reckoned_from_the_birth_date() -> None:
    young = sato_return(filer=sato(birth_date=date(2009, 1, 3)))
    older = sato_return(filer=sato(birth_date=date(2009, 1, 2)))

    assert tax_inputs(young)["flags"] == {"minor": True}
    assert "flags" not in tax_inputs(older)


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
