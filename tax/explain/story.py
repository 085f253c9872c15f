"""説明の全体: all lines of one resident's computation, in the order of the computation."""

from __future__ import annotations

from collections.abc import Iterator

from tax.engine import Computation
from tax.explain.credits import credit_lines
from tax.explain.deductions import deduction_lines
from tax.explain.incomes import income_lines
from tax.explain.levies import base_lines, exemption_lines
from tax.explain.line import Line, yen
from tax.explain.words import basis

SECTION, COLLECTION = "税額", "納め方"


def explain(done: Computation) -> list[Line]:
    """計算の説明: ordered lines, ready for a page, a PDF or the staff's screen."""
    return [
        *income_lines(done),
        *deduction_lines(done),
        *exemption_lines(done),
        *base_lines(done),
        *credit_lines(done),
        *_bill(done),
        *_collection(done),
    ]


def _bill(done: Computation) -> Iterator[Line]:
    for label, before, levy in (
        ("市民税所得割", done.credits.after_all.city, done.levy.city),
        ("県民税所得割", done.credits.after_all.pref, done.levy.pref),
    ):
        formula = f"{yen(before)}（100円未満切捨て）＝ {yen(levy)}"
        if done.exemption.income_levy:
            formula = "所得割は非課税"
        yield Line(SECTION, label, levy, formula, "地方税法20条の4の2第3項、35条・314条の3")
    if done.place.per_capita is None or done.place.forest is None:
        return
    exempt = "非課税" if done.exemption.everything else ""
    yield Line(
        SECTION,
        "市民税均等割",
        done.per_capita.city,
        exempt or yen(done.per_capita.city),
        "地方税法310条",
    )
    yield Line(
        SECTION,
        "県民税均等割",
        done.per_capita.pref,
        exempt or yen(done.per_capita.pref),
        "地方税法38条、県の条例",
        "" if exempt else done.place.note,
    )
    note = "住所のない市では課税されません。" if done.facts.house_only and not exempt else ""
    yield Line(
        SECTION,
        "森林環境税（国税）",
        done.forest,
        exempt or yen(done.forest),
        "森林環境税及び森林環境譲与税に関する法律4条・5条",
        note,
    )
    yield Line(
        SECTION,
        "年税額",
        done.total,
        f"市 {yen(done.levy.city + done.per_capita.city)} ＋ 県 "
        f"{yen(done.levy.pref + done.per_capita.pref)} ＋ 森林環境税 {yen(done.forest)}"
        f" ＝ {yen(done.total)}",
        "地方税法",
        "令和10年度は見込みの額です。" if done.law.tax_year == "R10" else "",
    )


def _collection(done: Computation) -> Iterator[Line]:
    """Each way by itself, as if it took all; who knows the plan tells that (explain/ways.py)."""
    if done.place.per_capita is None or not done.total:
        return
    ordinary, salary = done.ordinary, done.salary
    yield Line(
        COLLECTION,
        "普通徴収（4期）",
        ordinary.first,
        f"1期 {yen(ordinary.first)}、2～4期 各 {yen(ordinary.others)}",
        basis("ordinary_collection"),
    )
    if not done.facts.salary:
        return
    yield Line(
        COLLECTION,
        "給与特別徴収（12か月）",
        salary.first,
        f"6月 {yen(salary.first)}、7月～翌年5月 各 {yen(salary.others)}",
        basis("salary_collection"),
    )
