"""医療費の明細 and セルフメディケーション税制: the sums agree, and the 取組 is named."""

from typing import Any

from filing import validate
from tests.filing.cast import answers, sato_return

EFFORT = {"effort": "vaccination", "effort_by": "くまもと病院"}
RECEIPTS = [
    {"person": "佐藤 花子", "payee": "薬局", "paid": 50_000, "reimbursed": 8_000},
    {"person": "佐藤 一郎", "payee": "商店", "paid": 3_000, "reimbursed": 5_000},
]


def problems(**blocks: Any) -> list[tuple[str, str]]:
    return [(p.field, p.rule) for p in validate(sato_return(answers(**blocks)))]


def drugs(amount: int, **more: Any) -> dict[str, Any]:
    return {"method": "self_medication", "amount": amount, **more}


def test_list_of_drugs_agrees_with_what_is_left_of_each_receipt() -> None:
    """50,000 - 8,000, and nothing of the 3,000 of which all came back: 42,000."""
    assert ("answers.medical.amount", "sum") not in problems(
        medical=drugs(42_000, **EFFORT), medical_receipts=RECEIPTS
    )
    assert ("answers.medical.amount", "sum") in problems(
        medical=drugs(53_000, **EFFORT), medical_receipts=RECEIPTS
    )


def test_drugs_without_a_vaccination_or_a_check_up_are_asked_about() -> None:
    assert problems(medical=drugs(42_000)) == [("answers.medical.effort", "required")]
    assert problems(medical=drugs(42_000, effort="work", effort_by="")) != []
    assert problems(medical=drugs(42_000, **EFFORT)) == []


def test_receipts_may_say_what_kind_of_cost_they_are() -> None:
    receipt = {"person": "佐藤 花子", "payee": "病院", "paid": 150_000, "kind": "treatment"}
    medical = {"method": "medical", "paid": 150_000}

    assert problems(medical=medical, medical_receipts=[receipt]) == []
    assert problems(medical=medical, medical_receipts=[receipt | {"kind": "beauty"}]) != []
