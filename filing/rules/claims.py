"""Checks on the details of deductions and credits (控除の明細の欄)."""

from collections.abc import Iterator
from typing import Any

from filing.calendar import income_year
from filing.form import Form
from filing.model import Return
from filing.problems import Problem
from filing.shape import row_label

_CERTIFICATES = {"life": "life_certificates", "earthquake": "earthquake_certificates"}
_DISASTER_YEARS = 3
_FIRST_MOVE_IN = 1999
# For how many years the credit is given: 10, or up to 13 (租税特別措置法41条, "?").
_YEARS, _YEARS_FROM_2019, _LONGER_FROM = 10, 13, 2019


def first_casualty_year(cause: str, year: int) -> int:
    """Return the earliest year of a loss (雑損) whose cost a return can hold: its own, or before.

    災害関連支出 is paid within a year of the disaster, within three of a great one
    (所得税法施行令206条, general knowledge: "?").
    """
    return year - _DISASTER_YEARS if cause == "disaster" else year


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
    if moved:
        yield from _housing(moved, income_year(document.tax_year))


def _housing(moved: int, year: int) -> Iterator[Problem]:
    """住宅借入金等: the first year takes an income-tax return (租税特別措置法41条)."""
    path = "answers.housing.move_in_year"
    if not _FIRST_MOVE_IN <= moved <= year:
        message = "住みはじめた年は、1999年から収入のあった年までの西暦で入力してください。"
        yield Problem(path, "year", message)
    elif moved == year:
        message = (
            "住宅ローン控除の1年目は、確定申告が必要です。この申告では受けられません。"
            "税務署に確定申告をして、この欄を消してください。"
        )
        yield Problem(path, "first_year", message)
    elif year - moved >= (_YEARS_FROM_2019 if moved >= _LONGER_FROM else _YEARS):
        message = (
            "住みはじめてから10年(2019年からの家は13年)が過ぎているので、"
            "住宅ローン控除の期間は終わっているようです(要確認)。年を確かめてください。"
        )
        yield Problem(path, "period_over", message, "warning")


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
                "支払った金額までを引き、ほかの医療費からは引きません。"
            )
            yield Problem(
                f"answers.medical_receipts.{index}.reimbursed", "exceeds", message, "warning"
            )
    own, listed = "paid", sum(row.get("paid") or 0 for row in receipts)
    if medical.get("method") == "self_medication":
        # That box holds what is left of each receipt: there is none for what came back.
        back = (min(row.get("reimbursed") or 0, row.get("paid") or 0) for row in receipts)
        own, listed = "amount", listed - sum(back)
    if listed != (medical.get(own) or 0):
        message = f"医療費の金額が、明細の合計{listed:,}円と合いません。どちらかを直してください。"
        yield Problem(f"answers.medical.{own}", "sum", message, "warning")


def _casualty(document: Return, loss: dict[str, Any]) -> Iterator[Problem]:
    path = "answers.casualty"
    year, happened = income_year(document.tax_year), int((loss.get("happened_on") or "0")[:4])
    first = first_casualty_year(loss.get("cause", ""), year)
    if happened and not first <= happened <= year:
        message = "損害のあった日が、申告する年ではありません。その年の申告に書いてください。"
        yield Problem(f"{path}.happened_on", "other_year", message)
    elif first <= happened < year and loss.get("damage"):
        message = "前の年までの災害は、災害関連支出だけを書けます。損害金額を0にしてください。"
        yield Problem(f"{path}.damage", "other_year", message)
    elif first <= happened < year:
        message = "前の年までの災害です。災害関連支出を払った日を、市が確かめます(要確認)。"
        yield Problem(f"{path}.happened_on", "look_up", message, "warning")
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
