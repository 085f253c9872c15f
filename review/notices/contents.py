"""What stands on a notice (通知書・証明書の内容): titles, rows and tables, as JSON can hold them.

The words of the forms (省令様式) could not be read: each document is marked 「見本」 until the city
has compared it with the official form. No 個人番号 stands on any of them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

import tax
from filing.eras import to_era
from review.assessment.models import Assessment
from review.assessment.preparing import municipality
from review.errors import Refusal
from review.levy.models import Collection, Decision
from review.notices.models import IssuedDocument
from review.notices.months import Months
from review.notices.recipients import of_person
from review.notices.slips import MONTHS, dues, payment_slips

Kind, Method = IssuedDocument.Kind, Collection.Method
SAMPLE = "見本(様式は確認中)"
_WITHHELD = "給与所得等に係る市民税・県民税・森林環境税 特別徴収税額の決定通知書"
_WITHHELD_CHANGE = "給与所得等に係る市民税・県民税・森林環境税 特別徴収税額の変更通知書"
TITLES = {
    Kind.ORDINARY: "市民税・県民税・森林環境税 納税通知書",
    Kind.CHANGE: "市民税・県民税・森林環境税 税額変更通知書",
    Kind.EMPLOYEE: f"{_WITHHELD}(納税義務者用)",
    Kind.EMPLOYER: f"{_WITHHELD}(特別徴収義務者用)",
    Kind.EMPLOYEE_CHANGE: f"{_WITHHELD_CHANGE}(納税義務者用)",
    Kind.EMPLOYER_CHANGE: f"{_WITHHELD_CHANGE}(特別徴収義務者用)",
    Kind.CERTIFICATE: "市民税・県民税・森林環境税(所得・課税)証明書",
}
FIGURES = {
    "total_income_gokei": "合計所得金額",
    "deductions_total": "所得控除の合計",
    "taxable": "課税標準額",
    "income_levy_city": "市民税 所得割",
    "income_levy_pref": "県民税 所得割",
    "per_capita_city": "市民税 均等割",
    "per_capita_pref": "県民税 均等割",
    "forest_tax": "森林環境税",
    "total": "年税額",
}
CERTIFIED = {
    "employment_income_after_adjustment": "給与所得",
    "pension_income": "公的年金等に係る雑所得",
    "total_income_gokei": "合計所得金額",
    "total_income_soshotokutou": "総所得金額等",
    "social_insurance_deduction": "社会保険料控除",
    "life_deduction": "生命保険料控除",
    "spouse_deduction": "配偶者(特別)控除",
    "dependant_deduction": "扶養控除",
    "basic_deduction": "基礎控除",
} | FIGURES
_PENSION = ("4月", "6月", "8月", "10月", "12月", "2月")
BY_HAND = (Method.ORDINARY, Method.EXTRA)


def ordinary_notice(decision: Decision, day: date) -> dict[str, Any]:
    """Return a 納税通知書: figures, ordinary terms, the 年特 block beside them, slips (NOT-02)."""
    rows = [row for row in rows_of(decision) if row.method != Method.SALARY]
    tables = [
        _figures(decision.assessment.result, FIGURES),
        *(_terms(row, decision) for row in rows),
    ]
    made = _notice(Kind.ORDINARY, decision, day, tables)
    return made | {"slips": _slips(rows, decision, day)}


def change_notice(decision: Decision, before: Decision, day: date) -> dict[str, Any]:
    """Return a 変更通知書: old and new side by side, the cause, the terms anew (NOT-03)."""
    rows = rows_of(decision)
    tables = [_changes(decision, before), *(_terms(row, decision) for row in rows)]
    made = _notice(Kind.CHANGE, decision, day, tables)
    made["facts"] += _why(decision)
    return made | {"slips": _slips(rows, decision, day)}


def employee_notice(decision: Decision, row: Collection, day: date) -> dict[str, Any]:
    """Return a 特別徴収税額通知書 for the employee."""
    tables = [_figures(decision.assessment.result, FIGURES), _terms(row, decision)]
    made = _notice(Kind.EMPLOYEE, decision, day, tables)
    made["facts"].append(["特別徴収義務者", row.employer])
    return made | {"amounts": list(row.amounts)}


def employee_change(
    decision: Decision, before: Decision, employer: str, months: Months, day: date
) -> dict[str, Any]:
    """Return a 特別徴収税額変更通知書 for the employee: the year's figures and each month."""
    made = _notice(Kind.EMPLOYEE_CHANGE, decision, day, [_changes(decision, before), months.table])
    made["facts"] += [["特別徴収義務者", employer], *_why(decision)]
    return made | {"amounts": list(months.after)}


def certificate(decision: Decision) -> dict[str, Any]:
    """Return a 所得・課税証明書: what the standing decision says, on the day of issue (NOT-05)."""
    figures = figures_of(decision.assessment)
    made = _document(Kind.CERTIFICATE, decision, [_figures(figures, CERTIFIED)])
    made |= {"to": f"{decision.addressee.name} 様", "postal_code": "", "address": ""}
    if figures["total"] == 0:
        made["notes"].append("非課税です。")
    return made


def figures_of(assessment: Assessment) -> dict[str, Any]:
    """Return every figure of an assessment, computed again from its inputs.

    Refusal where the rules of today give another tax than what was decided: nothing is certified
    before somebody has looked.
    """
    answer = tax.assess(
        assessment.inputs, tax_year=assessment.basis.tax_year, municipality=municipality()
    )
    if answer.result["total"] != assessment.total:
        raise Refusal(_("決定した税額と、今の計算が合いません。市民税課で確認してください。"))
    return {**answer.result, **assessment.result}


def _notice(
    kind: IssuedDocument.Kind, decision: Decision, day: date, tables: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return a notice to whoever gets this person's mail on the day."""
    made = _document(kind, decision, tables) | of_person(decision.addressee, day).printed
    made["facts"].insert(0, ["納税義務者", decision.addressee.name])
    return made


def _document(
    kind: IssuedDocument.Kind, decision: Decision, tables: list[dict[str, Any]]
) -> dict[str, Any]:
    person = decision.addressee
    return {
        "title": TITLES[kind],
        "sample": SAMPLE,
        "year": year_shown(decision.tax_year),
        "from": f"{municipality()}長",
        "facts": [
            ["住所", person.address],
            ["生年月日", to_era(person.birth_date)],
            ["宛名番号", person.number],
            ["賦課決定の日", _day(decision.decided_on)],
        ],
        "tables": tables,
        "notes": [],
    }


def rows_of(decision: Decision) -> list[Collection]:
    """Return how a decision is collected, in one order."""
    return sorted(decision.assessment.collections.all(), key=lambda row: row.pk)


def _slips(rows: list[Collection], decision: Decision, day: date) -> dict[str, Any]:
    payer = f"{decision.addressee.name}({decision.addressee.number})"
    return payment_slips(rows, decision.tax_year, decision.decided_on or day, payer=payer)


def _why(decision: Decision) -> list[list[str]]:
    return [
        ["変更の理由", str(decision.get_cause_display())],
        ["変更を決定した日", _day(decision.decided_on)],
        ["納め過ぎとなる額", yen(decision.refund)],
    ]


def _changes(decision: Decision, before: Decision) -> dict[str, Any]:
    old, new = before.assessment.result, decision.assessment.result
    rows = [
        [label, yen(old.get(name)), yen(new.get(name))]
        for name, label in FIGURES.items()
        if old.get(name) != new.get(name)
    ]
    return table("変更の内容", ["項目", "変更前", "変更後"], rows)


def _figures(result: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    rows = [[label, yen(result[name])] for name, label in names.items() if name in result]
    return table("所得と税額", ["項目", "金額"], rows)


def _terms(row: Collection, decision: Decision) -> dict[str, Any]:
    title = str(row.get_method_display())
    if row.method in BY_HAND:
        found = dues(row, decision.tax_year, decision.decided_on or date.max)
        lines = [[term, _day(day), yen(amount)] for term, day, amount in found]
        return table(title, ["期", "納期限", "金額"], lines)
    names = MONTHS if row.method == Method.SALARY else _PENSION
    lines = [[name, yen(amount)] for name, amount in zip(names, row.amounts, strict=True)]
    return table(title, ["月", "金額"], lines)


def table(title: str, head: list[str], rows: list[list[str]]) -> dict[str, Any]:
    """Return a table as the page draws it."""
    return {"title": title, "head": head, "rows": rows}


def year_shown(tax_year: str) -> str:
    """Return 令和9年度 for R9."""
    return f"令和{tax_year[1:]}年度"


def _day(day: date | None) -> str:
    return to_era(day) if day else ""


def yen(amount: int | None) -> str:
    """Return an amount as it is printed."""
    return f"{amount or 0:,}円"
