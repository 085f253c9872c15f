"""Checks on dividends, gains and losses (配当・譲渡・繰越損失の欄)."""

from collections.abc import Iterator
from typing import Any

from filing.form import Form
from filing.model import Return
from filing.problems import Problem
from filing.shape import row_label

_OWN_HOME_DEDUCTION = 50_000_000  # the largest 特別控除 of a year (租税特別措置法36条)
_FORESTRY_DEDUCTION = 500_000  # 所得税法32条4項
_WITH_EXPENSES = ("occasional", "transfers", "land", "shares", "futures")


def asset_problems(document: Return, form: Form) -> Iterator[Problem]:
    """Yield what does not fit in incomes from capital and sales (資産の所得の不備)."""
    answers = document.answers
    for code in ("dividends", "shares"):
        for index, row in enumerate(answers.get(code) or []):
            name = row_label(form.group(code), index)
            yield from _withheld(f"answers.{code}.{index}", name, code, row)
    for code in _WITH_EXPENSES:
        for index, row in enumerate(answers.get(code) or []):
            if (row.get("expenses") or 0) > (row.get("revenue") or 0):
                name = row_label(form.group(code), index)
                message = f"{name}は損失になっています。金額を確かめてください。"
                yield Problem(f"answers.{code}.{index}.expenses", "loss", message, "warning")
    for index, row in enumerate(answers.get("transfers") or []):
        name = row_label(form.group("transfers"), index)
        yield from _lost_transfer(f"answers.transfers.{index}.business_asset", name, row)
    for index, row in enumerate(answers.get("land") or []):
        if (row.get("special_deduction") or 0) > _OWN_HOME_DEDUCTION:
            name = row_label(form.group("land"), index)
            message = f"{name}の特別控除額は5,000万円までです。金額を直してください。"
            yield Problem(f"answers.land.{index}.special_deduction", "limit", message)
    yield from _forestry(answers.get("forestry") or {})
    yield from _carried(answers)


def _forestry(sold: dict[str, Any]) -> Iterator[Problem]:
    if (sold.get("special_deduction") or 0) > _FORESTRY_DEDUCTION:
        message = "山林の特別控除額は50万円までです。金額を直してください。"
        yield Problem("answers.forestry.special_deduction", "limit", message)
    if (sold.get("expenses") or 0) > (sold.get("revenue") or 0):
        message = "山林は損失になっています。金額を確かめてください。"
        yield Problem("answers.forestry.expenses", "loss", message, "warning")


def _carried(answers: dict[str, Any]) -> Iterator[Problem]:
    """純損失の繰越控除 (所得税法70条) leaves incomes taxed apart as they are; 雑損失 does not."""
    apart = any(answers.get(code) for code in ("land", "shares", "futures")) or any(
        row.get("method") == "separate" for row in answers.get("dividends") or []
    )
    if apart and (answers.get("losses") or {}).get("general"):
        message = (
            "事業などの赤字(純損失)は、土地・株・先物などの所得からは引きません。"
            "災害や盗難の損失(雑損失)なら、その欄に入れてください。"
        )
        yield Problem("answers.losses.general", "not_offset", message, "warning")


def _lost_transfer(path: str, name: str, row: dict[str, Any]) -> Iterator[Problem]:
    """生活に通常必要でない資産: its loss is set against no other income (所得税法69条2項)."""
    if (row.get("expenses") or 0) <= (row.get("revenue") or 0) or row.get("business_asset"):
        return
    if row.get("business_asset") is False:
        message = (
            f"{name}の損は、仕事に使わないものの損です。"
            "給料などほかの所得からは引きません(要確認)。"
        )
        yield Problem(path, "not_offset", message, "warning")
        return
    message = (
        f"{name}の損をほかの所得から引けるのは、仕事に使っていたものだけです。"
        "何を売ったかを確かめてください(要確認)。"
    )
    yield Problem(path, "look_up", message, "warning")


def _withheld(path: str, name: str, code: str, row: dict[str, Any]) -> Iterator[Problem]:
    """特定配当等 count only through the income-tax return since R6 (地方税法32条13項・15項)."""
    amount, revenue = row.get("withheld_resident_tax") or 0, row.get("revenue") or 0
    if amount > revenue:
        message = f"{name}の住民税額が収入金額を超えています。書類を見て直してください。"
        yield Problem(f"{path}.withheld_resident_tax", "exceeds_revenue", message)
    elif code == "dividends" and amount * 100 > revenue * 6:
        message = f"{name}の住民税額が収入の5%より多くなっています。書類を確かめてください。"
        yield Problem(f"{path}.withheld_resident_tax", "rate", message, "warning")
    if amount:
        message = (
            f"{name}は、確定申告書に書いたときだけ住民税の計算に入り、引かれた住民税も戻ります"
            "(令和6年度から)。確定申告をしない人は「申告しません」を選んでください。"
        )
        yield Problem(f"{path}.withheld_resident_tax", "income_tax_return", message, "warning")
    if code == "dividends" and (row.get("interest_paid") or 0) > revenue:
        message = f"{name}の借入金の利子が収入金額を超えています。金額を確かめてください。"
        yield Problem(f"{path}.interest_paid", "loss", message, "warning")
