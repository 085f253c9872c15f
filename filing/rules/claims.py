"""Checks on the details of deductions and credits (控除の明細の欄)."""

from collections.abc import Iterator
from typing import Any

from filing.calendar import income_year, income_year_end
from filing.form import Form
from filing.model import Return
from filing.problems import Problem
from filing.shape import row_label

_CERTIFICATES = {"life": "life_certificates", "earthquake": "earthquake_certificates"}
_FIRST_MOVE_IN = 1999


def claim_problems(document: Return, form: Form) -> Iterator[Problem]:
    """Yield what does not fit in certificates, receipts, losses, gifts and loan (控除の不備)."""
    answers = document.answers
    for block, details in _CERTIFICATES.items():
        if answers.get(details):
            yield from _certificates(answers, block, details, form)
    yield from _receipts(answers)
    if answers.get("casualty"):
        yield from _casualty(document, answers["casualty"])
    for index, row in enumerate(answers.get("donations") or []):
        yield from _donation(index, row_label(form.group("donations"), index), row)
    moved = (answers.get("housing") or {}).get("move_in_year")
    if moved and not _FIRST_MOVE_IN <= moved <= income_year(document.tax_year):
        message = "住みはじめた年は、1999年から収入のあった年までの西暦で入力してください。"
        yield Problem("answers.housing.move_in_year", "year", message)


def _certificates(
    answers: dict[str, Any], block: str, details: str, form: Form
) -> Iterator[Problem]:
    """The boxes of the form are the sums of the certificates."""
    for item in form.group(block).items:
        listed = sum(
            row.get("amount") or 0 for row in answers[details] if row.get("kind") == item.code
        )
        if listed != ((answers.get(block) or {}).get(item.code) or 0):
            message = (
                f"{item.label}が、控除証明書の合計{listed:,}円と合いません。"
                "どちらかを直してください。"
            )
            yield Problem(f"answers.{block}.{item.code}", "sum", message, "warning")


def _receipts(answers: dict[str, Any]) -> Iterator[Problem]:
    receipts, medical = answers.get("medical_receipts") or [], answers.get("medical") or {}
    if not receipts:
        return
    for index, row in enumerate(receipts):
        if (row.get("reimbursed") or 0) > (row.get("paid") or 0):
            message = (
                f"医療費の明細({index + 1}件目)は、補てんされる金額が支払った金額より大きいです。"
            )
            yield Problem(
                f"answers.medical_receipts.{index}.reimbursed", "exceeds", message, "warning"
            )
    own = "amount" if medical.get("method") == "self_medication" else "paid"
    listed = sum(row.get("paid") or 0 for row in receipts)
    if listed != (medical.get(own) or 0):
        message = f"医療費の金額が、明細の合計{listed:,}円と合いません。どちらかを直してください。"
        yield Problem(f"answers.medical.{own}", "sum", message, "warning")


def _casualty(document: Return, loss: dict[str, Any]) -> Iterator[Problem]:
    path = "answers.casualty"
    day = loss.get("happened_on") or ""
    if day and day[:4] != str(income_year_end(document.tax_year).year):
        message = "損害のあった日が、申告する年ではありません。日付を確かめてください。"
        yield Problem(f"{path}.happened_on", "other_year", message, "warning")
    cost, damage = loss.get("disaster_cost") or 0, loss.get("damage") or 0
    if (loss.get("reimbursed") or 0) >= damage + cost:
        message = "補てんされる金額が損害以上なので、控除はありません。金額を確かめてください。"
        yield Problem(f"{path}.reimbursed", "no_effect", message, "warning")


def _donation(index: int, name: str, row: dict[str, Any]) -> Iterator[Problem]:
    path = f"answers.donations.{index}"
    if row.get("one_stop"):
        message = (
            f"{name}はワンストップ特例を申請していますが、申告をすると特例は使えなくなります。"
            "すべての寄附をこの申告に書いてください。所得税の分は確定申告で戻ります。"
        )
        yield Problem(f"{path}.one_stop", "one_stop_void", message, "warning")
    if row.get("amount") == 0:
        message = f"{name}の金額が0円です。金額を入力するか、行を消してください。"
        yield Problem(f"{path}.amount", "zero", message)
