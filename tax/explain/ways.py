"""納め方の説明: how a tax is collected, line by line, by the plan that was made for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tax.collecting import PENSION_MONTHS, Plan
from tax.explain.line import Line, yen
from tax.explain.story import COLLECTION
from tax.explain.words import basis


def told_by_plan(lines: Iterable[Line], plan: Plan) -> list[Line]:
    """The explanation with the plan's lines in the place of those of each way by itself."""
    return [*(line for line in lines if line.section != COLLECTION), *way_lines(plan)]


def way_lines(plan: Plan) -> Iterator[Line]:
    """A line for each way in which something is collected; the amount is that way's part."""
    if plan.pension:
        months = [
            f"{month}月 {yen(amount)}"
            for month, amount in zip(PENSION_MONTHS, plan.pension, strict=True)
            if amount
        ]
        yield Line(
            COLLECTION,
            "年金特別徴収",
            sum(plan.pension),
            "、".join(months),
            basis("pension_collection"),
        )
    if plan.salary:
        june, others = plan.salary[0], plan.salary[1]
        formula = f"6月 {yen(june)}、7月～翌年5月 各 {yen(others)}"
        yield Line(
            COLLECTION,
            "給与特別徴収（12か月）",
            sum(plan.salary),
            formula if others else f"6月 {yen(june)}",
            basis("salary_collection"),
        )
    if plan.ordinary:
        yield Line(
            COLLECTION,
            "普通徴収",
            sum(plan.ordinary),
            "、".join(f"{n}期 {yen(amount)}" for n, amount in _terms(plan.ordinary)),
            basis("ordinary_collection"),
        )


def _terms(amounts: list[int]) -> list[tuple[int, int]]:
    return [(n, amount) for n, amount in enumerate(amounts, start=1) if amount]
