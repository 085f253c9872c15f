"""Checks on what few returns have (特定支出・外国税額・事業税・家屋敷・源泉徴収票のない給与)."""

from collections.abc import Iterator
from typing import Any

from filing.calendar import income_year
from filing.form import Form
from filing.model import Return
from filing.problems import Problem
from filing.shape import row_label

_MOST = (("months", "働いた月数", 12), ("days", "働いた日数", 366))


def rare_problems(document: Return, form: Form) -> Iterator[Problem]:
    """Yield what is wrong with the rare blocks, and what the office has to look up itself."""
    answers = document.answers
    for index, row in enumerate(answers.get("salaries") or []):
        yield from _without_slip(index, row_label(form.group("salaries"), index), row)
    yield from _specific(answers.get("specific_expenses"))
    if answers.get("foreign_tax"):
        yield from _foreign_tax(answers["foreign_tax"])
    yield from _business_tax(document, answers.get("business_tax") or {})
    yield from _house(answers.get("house") or {})
    if (answers.get("personal") or {}).get("livelihood_protection"):
        message = "生活扶助を受けていたことは、市が福祉の記録で確かめます。"
        yield Problem("answers.personal.livelihood_protection", "look_up", message, "warning")


def _without_slip(index: int, name: str, row: dict[str, Any]) -> Iterator[Problem]:
    path = f"answers.salaries.{index}"
    for code, label, most in _MOST:
        if not 0 <= (row.get(code) or 0) <= most:
            message = f"{name}の{label}は{most}までの数字で入力してください。"
            yield Problem(f"{path}.{code}", code, message)
    if row.get("no_slip"):
        message = f"{name}は源泉徴収票がありません。市が勤め先に金額を確かめることがあります。"
        yield Problem(f"{path}.no_slip", "look_up", message, "warning")


def _specific(spent: dict[str, Any] | None) -> Iterator[Problem]:
    """Without the employer's certificate nothing is deducted (所得税法57条の2第3項)."""
    if spent and not spent.get("certified"):
        message = "勤め先の証明書がないと、特定支出控除は受けられません。証明書をもらってください。"
        yield Problem("answers.specific_expenses.certified", "no_effect", message, "warning")


def _foreign_tax(tax: dict[str, Any]) -> Iterator[Problem]:
    if not tax.get("left") or not tax.get("income_tax_limit"):
        message = "0円では外国税額控除がありません。所得税の計算の金額を確かめてください。"
        yield Problem("answers.foreign_tax.left", "no_effect", message, "warning")
        return
    message = (
        "外国税額控除は、外国の税を払った書類と、所得税の外国税額控除の明細書を市が確かめます。"
    )
    yield Problem("answers.foreign_tax.left", "look_up", message, "warning")


def _business_tax(document: Return, about: dict[str, Any]) -> Iterator[Problem]:
    path = "answers.business_tax"
    opened, closed = about.get("opened_on") or "", about.get("closed_on") or ""
    if opened and closed and closed < opened:
        message = "事業をやめた日が、始めた日より前です。日付を確かめてください。"
        yield Problem(f"{path}.closed_on", "before_opening", message)
    year = str(income_year(document.tax_year))
    if opened and opened[:4] != year:
        message = "事業を始めた日は、申告する年に始めたときだけ書きます。日付を消してください。"
        yield Problem(f"{path}.opened_on", "other_year", message)
    if closed and closed[:4] != year:
        message = "事業をやめた日は、申告する年にやめたときだけ書きます。日付を消してください。"
        yield Problem(f"{path}.closed_on", "other_year", message)


def _house(house: dict[str, Any]) -> Iterator[Problem]:
    """家屋敷課税: the office looks up who owns it; another ward's is assessed apart."""
    if house.get("residence") == "elsewhere":
        message = "家屋敷・事務所の申告です。市が持ち主を確かめ、均等割だけをかけます。"
    elif house:
        message = (
            "市の中の別の区の家屋敷・事務所は、住民税とは別に均等割がかかります。"
            "税額の目安には入っていません。市が確かめます。"
        )
    else:
        return
    yield Problem("answers.house.place", "look_up", message, "warning")
