"""Checks on what is claimed for the filer (本人該当事項)."""

from collections.abc import Iterator

from filing.calendar import age_for_tax, died_in_year, income_year_end
from filing.form import Form
from filing.model import Return
from filing.problems import Problem

_PATH = "answers.personal"


def personal_problems(document: Return, form: Form) -> Iterator[Problem]:
    """Yield claims for the filer that exclude one another or lack something (本人控除の不備).

    寡婦 and ひとり親 exclude each other and a spouse (地方税法292条1項11号・12号), but for one who
    died in the year: that spouse counts as on that day, the filer as on 31 December.
    """
    personal = document.answers.get("personal") or {}
    spouse = is_married(document)
    if personal.get("widow") and personal.get("single_parent"):
        message = "寡婦とひとり親は同時に選べません。どちらか1つにしてください。"
        yield Problem(f"{_PATH}.widow", "either_or", message)
    if personal.get("widow") and spouse:
        message = "配偶者がいるときは寡婦を選べません。どちらかを消してください。"
        yield Problem(f"{_PATH}.widow", "spouse_exists", message)
    if personal.get("widow") and personal.get("widow_reason") == "divorced":
        yield from _divorced(document, form)
    if personal.get("single_parent"):
        yield from _single_parent(document, form, spouse)
    if personal.get("working_student") and not personal.get("school"):
        yield Problem(f"{_PATH}.school", "required", "学校名を入力してください。")
    if personal.get("widow") and document.filer.sex == "1":
        message = "寡婦は女性の控除です。ひとり親に当てはまらないか確かめてください。"
        yield Problem(f"{_PATH}.widow", "sex", message, "warning")


def is_married(document: Return) -> bool:
    """Tell whether the return has a spouse (配偶者) who was one on 31 December."""
    spouse = document.answers.get("spouse") or {}
    return bool(spouse) and not died_in_year(spouse.get("died_on"), document.tax_year)


def _divorced(document: Return, form: Form) -> Iterator[Problem]:
    """離婚した寡婦 (地方税法292条1項11号イ): she needs a 扶養親族."""
    limit = form.limits["dependant"]
    relatives = document.answers.get("relatives") or []
    if not any((row.get("total_income") or 0) <= limit for row in relatives):
        message = (
            f"離婚による寡婦には、合計所得{limit:,}円以下の扶養する家族が必要です。"
            "家族の欄に入力してください。"
        )
        yield Problem(f"{_PATH}.widow", "dependant_missing", message, "warning")


def _single_parent(document: Return, form: Form, spouse: bool) -> Iterator[Problem]:
    path = f"{_PATH}.single_parent"
    if spouse:
        message = "配偶者がいるときはひとり親を選べません。どちらかを消してください。"
        yield Problem(path, "spouse_exists", message)
    children = [
        row
        for row in document.answers.get("relatives") or []
        if row.get("relation") == "child"
        and (row.get("total_income") or 0) <= form.limits["dependant"]
    ]
    if not children:
        limit = f"{form.limits['dependant']:,}"
        message = (
            f"ひとり親には合計所得{limit}円以下の子が必要です。家族の欄に子を入力してください。"
        )
        yield Problem(path, "child_missing", message, "warning")
    born = document.filer.birth_date
    if born <= income_year_end(document.tax_year) and age_for_tax(born, document.tax_year) < 16:
        message = "16歳未満でひとり親を選んでいます。生年月日を確かめてください。"
        yield Problem(path, "age", message, "warning")
