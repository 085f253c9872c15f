"""Checks on income (収入欄)."""

from collections.abc import Iterator
from typing import Any

from filing.form import Form
from filing.kinds import GROUP_OF_KIND
from filing.model import Return
from filing.problems import Problem
from filing.shape import row_label

# The highest rate of withholding there is (45% and the surtax on it), and a share of the pay that
# 社会保険料 stay under: both in percent.
HIGHEST_WITHHOLDING = 46
HIGHEST_INSURANCE = 30


def income_problems(document: Return, form: Form) -> Iterator[Problem]:
    """Yield where the kinds of income and what is written for them disagree (収入欄の不備)."""
    answers = document.answers
    kinds = answers.get("income_kinds")
    if kinds is None:
        yield Problem("answers.income_kinds", "required", "収入の種類を選んでください。")
        return
    yield from _kinds(answers, kinds, form)
    yield from _no_income(answers.get("no_income"), kinds)
    for code in ("salaries", "pensions"):
        for index, row in enumerate(answers.get(code) or []):
            name = row_label(form.group(code), index)
            yield from _slip(f"answers.{code}.{index}", name, row)
    for index, row in enumerate(answers.get("misc") or []):
        if (row.get("expenses") or 0) > (row.get("revenue") or 0):
            name = row_label(form.group("misc"), index)
            message = f"{name}の必要経費が収入金額を超えています。金額を確かめてください。"
            yield Problem(f"answers.misc.{index}.expenses", "loss", message, "warning")


def _kinds(answers: dict[str, Any], kinds: list[str], form: Form) -> Iterator[Problem]:
    choices = form.group("income_kinds").choices
    for kind, code in GROUP_OF_KIND.items():
        chosen, written = kind in kinds, bool(answers.get(code))
        if chosen and not written:
            message = f"{choices[kind]}の内容を1件以上入力してください。"
            yield Problem(f"answers.{code}", "missing_rows", message)
        if written and not chosen:
            message = (
                f"収入の種類で{choices[kind]}を選ぶか、{choices[kind]}の内容を消してください。"
            )
            yield Problem(f"answers.{code}", "kind_not_chosen", message)


def _no_income(reason: dict[str, Any] | None, kinds: list[str]) -> Iterator[Problem]:
    path = "answers.no_income"
    if kinds and reason:
        message = "収入があるので、収入がなかった理由は消してください。"
        yield Problem(path, "income_exists", message)
    if not kinds and not reason:
        yield Problem(f"{path}.reason", "required", "収入がなかった理由を選んでください。")
    if not reason or kinds:
        return
    if reason.get("reason") == "other" and not (reason.get("note") or "").strip():
        yield Problem(f"{path}.note", "required", "くわしい事情を入力してください。")
    if reason.get("reason") == "dependent" and not reason.get("supporter"):
        yield Problem(f"{path}.supporter", "required", "扶養している人の氏名を入力してください。")


def _slip(path: str, name: str, row: dict[str, Any]) -> Iterator[Problem]:
    """The boxes of one slip: parts of the revenue, and no more of it than can be right."""
    revenue = row.get("revenue")
    if revenue is None:
        return
    withheld, insurance = row.get("withheld_tax") or 0, row.get("social_insurance") or 0
    if (row.get("mutual_aid") or 0) > insurance:
        message = (
            f"{name}の小規模企業共済等掛金(上の段)が、社会保険料等の金額(下の段)を超えています。"
            "票を見て直してください。"
        )
        yield Problem(f"{path}.mutual_aid", "exceeds_insurance", message)
    boxes = (
        ("withheld_tax", "源泉徴収税額", withheld, HIGHEST_WITHHOLDING),
        ("social_insurance", "社会保険料", insurance, HIGHEST_INSURANCE),
    )
    for code, label, amount, percent in boxes:
        if amount > revenue:
            message = f"{name}の{label}が支払金額を超えています。票を見て直してください。"
            yield Problem(f"{path}.{code}", "exceeds_revenue", message)
        elif amount * 100 > revenue * percent:
            message = (
                f"{name}の{label}が支払金額の{percent}%を超えています。"
                "となりの欄と取りちがえていないか、票を確かめてください。"
            )
            yield Problem(f"{path}.{code}", "implausible", message, "warning")
    if withheld + insurance > revenue >= max(withheld, insurance):
        message = (
            f"{name}の源泉徴収税額と社会保険料の合計が支払金額を超えています。"
            "票を見て直してください。"
        )
        yield Problem(f"{path}.revenue", "sum_exceeds_revenue", message)
