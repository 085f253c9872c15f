"""納め方の説明: how a tax is collected, line by line, by the plan that was made for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tax.collecting import Plan
from tax.explain.line import Line, yen
from tax.explain.story import COLLECTION
from tax.explain.words import basis


def told_by_plan(lines: Iterable[Line], plan: Plan) -> list[Line]:
    """The explanation with the plan's lines in the place of those of each way by itself."""
    return [*(line for line in lines if line.section != COLLECTION), *way_lines(plan)]


def way_lines(plan: Plan) -> Iterator[Line]:
    """A line for each way in which something is collected; the amount is that way's part."""
    if plan.pension:
        yield Line(
            COLLECTION,
            "年金特別徴収",
            sum(plan.pension),
            _by_pension(plan.pension),
            basis("pension_collection"),
        )
    if plan.salary:
        june, others = yen(plan.salary[0]), yen(plan.salary[1])
        yield Line(
            COLLECTION,
            "給与特別徴収（12か月）",
            sum(plan.salary),
            f"6月 {june}、7月～翌年5月 各 {others}" if plan.salary[1] else f"6月 {june}",
            basis("salary_collection"),
        )
    if plan.ordinary:
        yield Line(
            COLLECTION,
            "普通徴収",
            sum(plan.ordinary),
            _by_hand(plan.ordinary),
            basis("ordinary_collection"),
        )


def _by_pension(amounts: list[int]) -> str:
    april, june, august, october, december, february = map(yen, amounts)
    later = f"10月 {october}、12月 {december}、2月 {february}"
    if not amounts[0]:
        return later
    return f"4月 {april}、6月 {june}、8月 {august}、10月 {october}、12月 {december}、2月 {february}"


def _by_hand(amounts: list[int]) -> str:
    first, second, third, fourth = map(yen, amounts)
    if not any(amounts[1:]):
        return f"1期 {first}"
    if not any(amounts[2:]):
        return f"1期 {first}、2期 {second}"
    if len(set(amounts[1:])) == 1:
        return f"1期 {first}、2～4期 各 {second}"
    return f"1期 {first}、2期 {second}、3期 {third}、4期 {fourth}"
