"""Checks on premiums and medical costs (保険料・医療費の欄)."""

from collections.abc import Iterator
from typing import Any

from filing.form import Form
from filing.model import Return
from filing.problems import Problem
from filing.shape import row_label


def deduction_problems(document: Return, form: Form) -> Iterator[Problem]:
    """Yield what does not fit together in premiums and medical costs (控除欄の不備)."""
    for index, row in enumerate(document.answers.get("social_insurance") or []):
        if row.get("amount") == 0:
            name = row_label(form.group("social_insurance"), index)
            message = f"{name}の支払った保険料が0円です。金額を入力するか、行を消してください。"
            yield Problem(f"answers.social_insurance.{index}.amount", "zero", message)
    yield from _paid_twice(document.answers, form)
    yield from _mutual_aid_twice(document.answers, form)
    medical = document.answers.get("medical")
    if medical:
        yield from _medical(medical, form)
    salaried = "salary" in (document.answers.get("income_kinds") or [])
    if document.answers.get("collection") == "salary" and not salaried:
        message = "給与がないので、徴収方法は「自分で納める(普通徴収)」を選んでください。"
        yield Problem("answers.collection", "no_salary", message)


def _paid_twice(answers: dict[str, Any], form: Form) -> Iterator[Problem]:
    """社会保険料: what a slip has as well would be deducted twice."""
    slips = [*(answers.get("salaries") or []), *(answers.get("pensions") or [])]
    on_slips = {row.get("social_insurance") for row in slips} - {0, None}
    for index, row in enumerate(answers.get("social_insurance") or []):
        if row.get("amount") in on_slips:
            name = row_label(form.group("social_insurance"), index)
            message = (
                f"{name}の金額が、源泉徴収票の社会保険料と同じです。"
                "給料や年金から引かれた分なら、二重になるので消してください。"
            )
            yield Problem(f"answers.social_insurance.{index}.amount", "twice", message, "warning")


def _mutual_aid_twice(answers: dict[str, Any], form: Form) -> Iterator[Problem]:
    """小規模企業共済等掛金: by pay or 年末調整 it stands on the slip already (社会保険料等の内)."""
    if not any(row.get("social_insurance") for row in answers.get("salaries") or []):
        return
    for item in form.group("mutual_aid").items:
        if (answers.get("mutual_aid") or {}).get(item.code):
            message = (
                f"{item.label}は、給料から引かれたか年末調整で出したなら、源泉徴収票の"
                "社会保険料等の金額にもう入っています。二重になるので消してください。"
            )
            yield Problem(f"answers.mutual_aid.{item.code}", "twice", message, "warning")


def _medical(medical: dict[str, Any], form: Form) -> Iterator[Problem]:
    """医療費控除 and セルフメディケーション税制 exclude each other (地方税法附則4条の4)."""
    path = "answers.medical"
    paid, reimbursed = medical.get("paid") or 0, medical.get("reimbursed") or 0
    amount = medical.get("amount") or 0
    if medical.get("method") == "self_medication":
        if paid or reimbursed:
            message = (
                "セルフメディケーション税制を選んだときは、支払った医療費の欄を空にしてください。"
            )
            yield Problem(f"{path}.paid", "either_or", message)
        if amount <= form.limits["self_medication_floor"]:
            message = "購入費が12,000円以下なので、控除はありません。金額を確かめてください。"
            yield Problem(f"{path}.amount", "no_effect", message, "warning")
        elif not (medical.get("effort") and medical.get("effort_by")):
            message = (
                "セルフメディケーション税制は、健康診断や予防接種などを受けた人だけが使えます。"
                "受けたものと、証明書などを出した所を入力してください。"
            )
            yield Problem(f"{path}.effort", "required", message, "warning")
        return
    if amount:
        message = "医療費控除を選んだときは、対象の医薬品の購入費の欄を空にしてください。"
        yield Problem(f"{path}.amount", "either_or", message)
    if not paid:
        yield Problem(f"{path}.paid", "required", "支払った医療費を入力してください。")
    elif reimbursed >= paid:
        message = (
            "補てんされる金額が支払った医療費以上なので、控除はありません。金額を確かめてください。"
        )
        yield Problem(f"{path}.reimbursed", "no_effect", message, "warning")
