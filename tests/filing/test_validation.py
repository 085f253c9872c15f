"""Checks: each problem names the field, says what is wrong and how to mend it."""

from datetime import date
from typing import Any

import pytest

from filing import Problem, Return, validate
from tests.filing.cast import NUMBERS, answers, child, sato, sato_return, spouse

DRUGS = {"method": "self_medication", "effort": "work", "effort_by": "くまもと病院"}
ABROAD = {"living": "abroad", "address": "Seoul", "abroad_papers": True}


def found(document: Return) -> list[tuple[str, str, str]]:
    return [(problem.field, problem.rule, problem.level) for problem in validate(document)]


def found_with(**blocks: Any) -> list[tuple[str, str, str]]:
    return found(sato_return(answers(**blocks)))


def parent(**changes: Any) -> dict[str, Any]:
    return (
        child(name="佐藤　一郎", relation="parent", birth_date="1950-05-05", cohabiting_parent=True)
        | changes
    )


def test_complete_return_has_no_problem() -> None:
    document = sato_return(answers(spouse=spouse(), relatives=[child()], collection="ordinary"))

    assert validate(document) == []


def test_no_income_with_its_reason_has_no_problem() -> None:
    reason = {"reason": "dependent", "note": "", "supporter": "佐藤　太郎"}

    assert found(sato_return({"income_kinds": [], "no_income": reason})) == []


def test_message_names_the_row_the_item_and_the_remedy() -> None:
    rows = [{"payer": "店", "revenue": 1}, {"payer": "店", "revenue": "三百万"}]

    assert validate(sato_return(answers(salaries=rows))) == [
        Problem(
            "answers.salaries.1.revenue",
            "money",
            "給与(2件目)の支払金額は数字で入力してください(例 3,200,000)。",
        )
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"address_jan1": ""}, ("address_jan1", "required", "error")),
        ({"phone": "電話"}, ("phone", "phone", "error")),
        ({"municipality_code": "431002"}, ("municipality_code", "municipality", "error")),
        ({"version": 0}, ("version", "count", "error")),
        ({"filing_id": "1"}, ("filing_id", "uuid", "error")),
        ({"challenge": ""}, ("challenge", "required", "error")),
        ({"prepared_on": date(2026, 12, 31)}, ("prepared_on", "early", "warning")),
        ({"filer": sato(name="")}, ("filer.name", "required", "error")),
        ({"filer": sato(kana="")}, ("filer.kana", "kana_missing", "warning")),
        ({"filer": sato(kana="Sato")}, ("filer.kana", "kana", "warning")),
        ({"filer": sato(sex="3")}, ("filer.sex", "code", "error")),
        ({"filer": sato(personal_number="")}, ("filer.personal_number", "required", "error")),
        (
            {"filer": sato(personal_number="000000000000")},
            ("filer.personal_number", "personal_number", "error"),
        ),
        ({"filer": sato(birth_date=date(1895, 1, 1))}, ("filer.birth_date", "too_old", "error")),
        ({"filer": sato(birth_date=date(2027, 1, 1))}, ("filer.birth_date", "future", "error")),
    ],
)
def test_head_of_the_return_is_checked(
    changes: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    assert found(sato_return(**changes)) == [expected]


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ({"income_kinds": None}, ("answers.income_kinds", "required", "error")),
        ({"salaries": []}, ("answers.salaries", "missing_rows", "error")),
        (
            {"pensions": [{"payer": "日本年金機構", "revenue": 1}]},
            ("answers.pensions", "kind_not_chosen", "error"),
        ),
        ({"no_income": {"reason": "savings"}}, ("answers.no_income", "income_exists", "error")),
        (
            {"income_kinds": [], "salaries": None},
            ("answers.no_income.reason", "required", "error"),
        ),
        (
            {"income_kinds": [], "salaries": None, "no_income": {"reason": "other", "note": ""}},
            ("answers.no_income.note", "required", "error"),
        ),
        (
            {"income_kinds": [], "salaries": None, "no_income": {"reason": "dependent"}},
            ("answers.no_income.supporter", "required", "error"),
        ),
        (
            {"salaries": [{"payer": "店", "revenue": 100, "withheld_tax": 101}]},
            ("answers.salaries.0.withheld_tax", "exceeds_revenue", "error"),
        ),
        (
            {"salaries": [{"payer": "店", "revenue": 100, "social_insurance": 101}]},
            ("answers.salaries.0.social_insurance", "exceeds_revenue", "error"),
        ),
        (
            {
                "income_kinds": ["salary", "misc"],
                "misc": [{"description": "配信", "revenue": 1, "expenses": 2}],
            },
            ("answers.misc.0.expenses", "loss", "warning"),
        ),
        (
            {"social_insurance": [{"kind": "care", "amount": 0}]},
            ("answers.social_insurance.0.amount", "zero", "error"),
        ),
        (
            {"income_kinds": [], "salaries": None, "no_income": {"reason": "savings"}}
            | {"collection": "salary"},
            ("answers.collection", "no_salary", "error"),
        ),
        (
            {"medical": {"method": "medical", "paid": 1, "amount": 1}},
            ("answers.medical.amount", "either_or", "error"),
        ),
        (
            {"medical": {"method": "medical", "paid": 0}},
            ("answers.medical.paid", "required", "error"),
        ),
        (
            {"medical": {"method": "medical", "paid": 5, "reimbursed": 5}},
            ("answers.medical.reimbursed", "no_effect", "warning"),
        ),
        (
            {"medical": DRUGS | {"paid": 1, "amount": 20_000}},
            ("answers.medical.paid", "either_or", "error"),
        ),
        (
            {"medical": DRUGS | {"amount": 12_000}},
            ("answers.medical.amount", "no_effect", "warning"),
        ),
    ],
)
def test_income_and_deductions_are_checked(
    blocks: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    assert found_with(**blocks) == [expected]


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        (
            {"spouse": spouse(total_income=1_330_001, personal_number="")},
            ("answers.spouse.total_income", "no_effect", "warning"),
        ),
        (
            {"spouse": spouse(birth_date="2011-01-02")},
            ("answers.spouse.birth_date", "too_young", "error"),
        ),
        (
            {"spouse": spouse(birth_date="1895-12-31")},
            ("answers.spouse.birth_date", "too_old", "error"),
        ),
        (
            {"spouse": spouse(personal_number="")},
            ("answers.spouse.personal_number", "number_missing", "warning"),
        ),
        (
            {"spouse": spouse(living="apart", address="福岡市", disability="special_co")},
            ("answers.spouse.disability", "not_together", "error"),
        ),
        (
            {"relatives": [child(birth_date="2027-01-01")]},
            ("answers.relatives.0.birth_date", "unborn", "error"),
        ),
        (
            {"relatives": [child(total_income=620_001, personal_number="")]},
            ("answers.relatives.0.total_income", "no_effect", "warning"),
        ),
        (
            {"relatives": [child(birth_date="2006-05-05", total_income=1_230_001)]},
            ("answers.relatives.0.total_income", "no_effect", "warning"),
        ),
        (
            {"relatives": [child(birth_date="1985-04-01")]},
            ("answers.relatives.0.relation", "older_child", "warning"),
        ),
        (
            {"relatives": [child(relation="sibling", birth_date="1990-01-01", **ABROAD)]},
            ("answers.relatives.0.living", "abroad", "warning"),
        ),
        (
            {"relatives": [parent(birth_date="1957-01-02")]},
            ("answers.relatives.0.cohabiting_parent", "age", "error"),
        ),
        (
            {"relatives": [parent(relation="other")]},
            ("answers.relatives.0.cohabiting_parent", "relation", "error"),
        ),
        (
            {"relatives": [parent(living="apart", address="福岡市")]},
            ("answers.relatives.0.cohabiting_parent", "not_together", "error"),
        ),
        (
            {"relatives": [parent(disability="special")]},
            ("answers.relatives.0.cohabiting_parent", "same_house", "warning"),
        ),
        (
            {"relatives": [parent(cohabiting_parent=False, disability="special_co")]},
            ("answers.relatives.0.cohabiting_parent", "same_house", "warning"),
        ),
        (
            {"relatives": [child(kana="葵")]},
            ("answers.relatives.0.kana", "kana", "warning"),
        ),
        (
            {"relatives": [child(name="葵\ue000")]},
            ("answers.relatives.0.name", "private_use", "warning"),
        ),
        (
            {"relatives": [child(personal_number=NUMBERS[0])]},
            ("answers.relatives.0.personal_number", "number_twice", "error"),
        ),
        (
            {"relatives": [child(), child(personal_number=NUMBERS[1])]},
            ("answers.relatives.1.name", "person_twice", "error"),
        ),
        (
            {"personal": {"widow": True}, "spouse": spouse()},
            ("answers.personal.widow", "spouse_exists", "error"),
        ),
        (
            {"personal": {"single_parent": "mother"}, "relatives": [child()], "spouse": spouse()},
            ("answers.personal.single_parent", "spouse_exists", "error"),
        ),
        (
            {"personal": {"single_parent": "mother"}},
            ("answers.personal.single_parent", "child_missing", "warning"),
        ),
        (
            {
                "personal": {"single_parent": "mother"},
                "relatives": [child(birth_date="2006-05-05", total_income=620_001)],
            },
            ("answers.personal.single_parent", "child_missing", "warning"),
        ),
        (
            {"personal": {"widow": True, "single_parent": "mother"}, "relatives": [child()]},
            ("answers.personal.widow", "either_or", "error"),
        ),
        (
            {"personal": {"working_student": True, "school": ""}},
            ("answers.personal.school", "required", "error"),
        ),
    ],
)
def test_family_and_the_filers_own_claims_are_checked(
    blocks: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    assert found_with(**blocks) == [expected]


@pytest.mark.parametrize(
    "blocks",
    [
        {"spouse": spouse(total_income=1_330_000)},
        {"spouse": spouse(birth_date="2011-01-01")},
        {
            "relatives": [
                child(relation="sibling", birth_date="1990-01-01", **ABROAD)
                | {"abroad_reason": "study"}
            ]
        },
        {"relatives": [child(total_income=620_000)]},
        {"relatives": [child(birth_date="2006-05-05", total_income=1_230_000)]},
        {"relatives": [child(birth_date="2026-12-31")]},
        {"relatives": [parent(birth_date="1957-01-01")]},
        {"medical": DRUGS | {"amount": 12_001}},
        {"salaries": [{"payer": "店", "revenue": 100, "withheld_tax": 46}]},
        {"relatives": [child(name="双子", personal_number=NUMBERS[1]), child()]},
    ],
)
def test_value_on_the_limit_is_fine(blocks: dict[str, Any]) -> None:
    assert found_with(**blocks) == []


def test_limit_is_that_of_the_year() -> None:
    document = sato_return(answers(relatives=[child(total_income=600_000)]), tax_year="R8")

    assert found(document) == [("answers.relatives.0.total_income", "no_effect", "warning")]


@pytest.mark.parametrize(("income", "warned"), [(620_000, False), (620_001, True)])
def test_divorced_widow_without_a_dependant_is_warned(income: int, warned: bool) -> None:
    personal = {"widow": True, "widow_reason": "divorced"}
    document = sato_return(answers(personal=personal, relatives=[child(total_income=income)]))

    assert (("answers.personal.widow", "dependant_missing", "warning") in found(document)) is warned


def test_widower_is_pointed_to_the_single_parent_deduction() -> None:
    document = sato_return(answers(personal={"widow": True}), filer=sato(sex="1"))

    assert found(document) == [("answers.personal.widow", "sex", "warning")]


def test_single_parent_of_fifteen_is_pointed_out() -> None:
    document = sato_return(
        answers(personal={"single_parent": "mother"}, relatives=[child(birth_date="2026-05-05")]),
        filer=sato(birth_date=date(2011, 1, 2)),
    )

    assert found(document) == [("answers.personal.single_parent", "age", "warning")]


def test_all_missing_items_are_told_at_once() -> None:
    document = sato_return({"income_kinds": ["salary"], "salaries": [{}], "spouse": {"name": "　"}})

    assert [field for field, _, _ in found(document)] == [
        "answers.salaries.0.payer",
        "answers.salaries.0.revenue",
        "answers.spouse.name",
        "answers.spouse.birth_date",
        "answers.spouse.total_income",
        "answers.spouse.living",
        "answers.spouse.personal_number",
    ]


def test_every_message_is_a_polite_sentence_that_holds_no_number() -> None:
    document = sato_return(
        answers(
            salaries=[{"payer": "", "revenue": -5}],
            spouse=spouse(personal_number=NUMBERS[0]),
            relatives=[child(personal_number="123456789010"), "葵"],
            unknown=1,
        ),
        filer=sato(kana="サトウ\x00", sex="x"),
    )

    messages = [problem.message for problem in validate(document)]

    assert len(messages) == 7
    assert [message for message in messages if "ください" not in message] == []
    assert [message for message in messages if "1234567890" in message] == []


def test_filer_born_after_the_year_is_told_so_whatever_else_is_claimed() -> None:
    document = sato_return(
        answers(personal={"single_parent": "mother"}), filer=sato(birth_date=date(2027, 5, 1))
    )

    assert found(document) == [
        ("filer.birth_date", "future", "error"),
        ("answers.personal.single_parent", "child_missing", "warning"),
    ]
