"""What stands on a notice (通知書・証明書の内容): titles, rows and tables, as JSON can hold them.

The words of the forms (省令様式) could not be read: each document is marked 「見本」 until the city
has compared it with the official form. No 個人番号 stands on any of them.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

import tax
from filing.eras import to_era
from review.assessment.models import Assessment
from review.assessment.preparing import municipality
from review.errors import Refusal
from review.levy.models import Collection, Decision
from review.levy.terms import term_dates
from review.notices.models import IssuedDocument

Kind, Method = IssuedDocument.Kind, Collection.Method
SAMPLE = "見本(様式は確認中)"
_WITHHELD = "給与所得等に係る市民税・県民税・森林環境税 特別徴収税額の決定通知書"
TITLES = {
    Kind.ORDINARY: "市民税・県民税・森林環境税 納税通知書",
    Kind.CHANGE: "市民税・県民税・森林環境税 税額変更通知書",
    Kind.EMPLOYEE: f"{_WITHHELD}(納税義務者用)",
    Kind.EMPLOYER: f"{_WITHHELD}(特別徴収義務者用)",
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
_MONTHS = ("6月", "7月", "8月", "9月", "10月", "11月", "12月", "1月", "2月", "3月", "4月", "5月")
_PENSION = ("4月", "6月", "8月", "10月", "12月", "2月")


def ordinary_notice(decision: Decision) -> dict[str, Any]:
    """Return a 納税通知書: figures, ordinary terms, and the 年特 block beside them (NOT-02)."""
    tables = [_figures(decision.assessment.result, FIGURES)]
    for row in decision.assessment.collections.all():
        if row.method in (Method.ORDINARY, Method.PENSION, Method.EXTRA):
            tables.append(_terms(row, decision.tax_year))
    return _document(Kind.ORDINARY, decision, tables)


def change_notice(decision: Decision, before: Decision) -> dict[str, Any]:
    """Return a 変更通知書: old and new side by side, the cause, the terms anew (NOT-03)."""
    old, new = before.assessment.result, decision.assessment.result
    rows = [
        [label, _yen(old.get(name)), _yen(new.get(name))]
        for name, label in FIGURES.items()
        if old.get(name) != new.get(name)
    ]
    tables = [_table("変更の内容", ["項目", "変更前", "変更後"], rows)]
    tables += [_terms(row, decision.tax_year) for row in decision.assessment.collections.all()]
    made = _document(Kind.CHANGE, decision, tables)
    made["facts"] += [
        ["変更の理由", str(decision.get_cause_display())],
        ["変更を決定した日", _day(decision.decided_on)],
        ["納め過ぎとなる額", _yen(decision.refund)],
    ]
    return made


def employee_notice(decision: Decision, row: Collection) -> dict[str, Any]:
    """Return a 特別徴収税額通知書 for the employee."""
    tables = [_figures(decision.assessment.result, FIGURES), _terms(row, decision.tax_year)]
    made = _document(Kind.EMPLOYEE, decision, tables)
    made["facts"].append(["特別徴収義務者", row.employer])
    return made


def employer_notice(
    employer: str, tax_year: str, rows: Iterable[tuple[Decision, Collection]]
) -> dict[str, Any]:
    """Return a 特別徴収税額通知書 for an employer: each employee and the sums by month (NOT-01)."""
    lines, sums = [], [0] * 12
    for decision, row in rows:
        person = decision.addressee
        months = row.amounts
        sums = [one + more for one, more in zip(sums, months, strict=True)]
        lines.append([person.name, _yen(row.total), _yen(months[0]), _yen(months[1])])
    by_month = [[month, _yen(amount)] for month, amount in zip(_MONTHS, sums, strict=True)]
    return {
        "title": TITLES[Kind.EMPLOYER],
        "sample": SAMPLE,
        "year": _year(tax_year),
        "to": f"{employer} 御中",
        "from": f"{municipality()}長",
        "facts": [["人数", f"{len(lines)}人"], ["特別徴収税額の合計", _yen(sum(sums))]],
        "tables": [
            _table("納税義務者ごとの税額", ["氏名", "年税額", "6月分", "7月分から"], lines),
            _table("月ごとの納入額", ["月", "金額"], by_month),
        ],
        "notes": ["毎月の税額は、翌月10日までに納入してください。"],
    }


def certificate(decision: Decision) -> dict[str, Any]:
    """Return a 所得・課税証明書: what the standing decision says, on the day of issue (NOT-05)."""
    figures = figures_of(decision.assessment)
    made = _document(Kind.CERTIFICATE, decision, [_figures(figures, CERTIFIED)])
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


def _document(
    kind: IssuedDocument.Kind, decision: Decision, tables: list[dict[str, Any]]
) -> dict[str, Any]:
    person = decision.addressee
    return {
        "title": TITLES[kind],
        "sample": SAMPLE,
        "year": _year(decision.tax_year),
        "to": f"{person.name} 様",
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


def _figures(result: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    rows = [[label, _yen(result[name])] for name, label in names.items() if name in result]
    return _table("所得と税額", ["項目", "金額"], rows)


def _terms(row: Collection, tax_year: str) -> dict[str, Any]:
    title = str(row.get_method_display())
    if row.method == Method.ORDINARY:
        days = [_day(day) for day in term_dates(row.method, tax_year)]
        lines = [
            [f"第{at}期", day, _yen(amount)]
            for at, (day, amount) in enumerate(zip(days, row.amounts, strict=True), start=1)
        ]
        return _table(title, ["期", "納期限", "金額"], lines)
    names = {Method.SALARY: _MONTHS, Method.PENSION: _PENSION}.get(Method(row.method), ("随時",))
    lines = [[name, _yen(amount)] for name, amount in zip(names, row.amounts, strict=True)]
    return _table(title, ["月", "金額"], lines)


def _table(title: str, head: list[str], rows: list[list[str]]) -> dict[str, Any]:
    return {"title": title, "head": head, "rows": rows}


def _year(tax_year: str) -> str:
    return f"令和{tax_year[1:]}年度"


def _day(day: date | None) -> str:
    return to_era(day) if day else ""


def _yen(amount: int | None) -> str:
    return f"{amount or 0:,}円"
