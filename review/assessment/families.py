"""The family of a payer's report (扶養親族の数): what is stated, and what cannot be read."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations_with_replacement
from typing import Any

from django.utils.translation import gettext as _

from review.assessment.codes import (
    ELDERLY,
    PENSION_SPOUSES,
    SECOND_SPOUSE,
    SPOUSE,
    SPOUSE_CODES,
    code_of,
    has_left,
)
from review.assessment.papers import Kind, Paper, precedence

#: Classes whose members stand on the report as people; the others count the disabled among them.
ADULTS = ("specific", "elderly_together", "elderly", "other", "specific_relative")
CLASSES = (*ADULTS, "under_16")
DISABLED = ("special_disabled", "special_disabled_together", "disabled")
_SECOND = ("specific_second", "elderly_second", "other_second", "specific_relative_second")
# 配偶者控除 of the income tax (所得税法83条), general and 老人: whatever the spouse's income.
_FULL = frozenset({380_000, 260_000, 130_000, 480_000, 320_000, 160_000})
# Above this income nobody has a 控除対象配偶者, and yet a 同一生計配偶者 (地方税法23条1項7号・8号).
_NO_SPOUSE_ABOVE = 10_000_000
_MOST_SOLVED = 4
# Classes that a 年報 has no columns for.
_SALARY_ONLY = ("elderly_together", "specific_relative")


def family_of(report: Paper) -> dict[str, Any]:
    """Return the family that a report counts by classes, empty for nobody."""
    content = report.content
    stated = content.get("counts") or {}
    counts = {name: n for name in (*CLASSES, *DISABLED) if (n := stated.get(name) or 0)}
    family: dict[str, Any] = {"counts": counts} if counts else {}
    if spouse := _spouse(report):
        family["spouse"] = spouse
    elif counts and (content.get("income") or 0) > _NO_SPOUSE_ABOVE:
        family["spouse_not_deducted"] = True
    if incomes := specific_incomes(content):
        family["incomes"] = {"specific_relative": incomes}
    return family


def _spouse(report: Paper) -> dict[str, Any]:
    content, code = report.content, code_of(report.content, "spouse")
    if report.kind == Kind.PENSION_REPORT:
        elderly = PENSION_SPOUSES.get(code)
        return {} if elderly is None else {"elderly": elderly, "total_income": 0}
    # 源泉控除対象配偶者 leaves out whoever earns more; the deduction itself says that there is one.
    if code != SPOUSE and not content.get("spouse_deduction"):
        return {}
    return {
        "elderly": code_of(content, "elderly_spouse") == ELDERLY,
        "total_income": content.get("spouse_income") or 0,
    }


def specific_incomes(content: Mapping[str, Any]) -> list[int]:
    """Return the highest incomes that the 特定親族特別控除 of a report allows; empty if unclear."""
    people = (content.get("counts") or {}).get("specific_relative") or 0
    total = content.get("specific_relative_deduction") or 0
    if not people or people > _MOST_SOLVED:
        return []
    steps: list[list[int]] = precedence()["specific_relative"]["steps"]
    ways = [
        way
        for way in combinations_with_replacement(steps, people)
        if sum(deduction for deduction, _income, _own in way) == total
    ]
    # Several ways are one where all come to the same deduction here.
    if len({sum(own for _deduction, _income, own in way) for way in ways}) != 1:
        return []
    return [income for _deduction, income, _own in ways[0]]


def rank_of(report: Paper) -> tuple[Any, ...]:
    """Return by what the report counts that the family is taken from: the greatest comes first."""
    salary = report.kind == Kind.SALARY_REPORT
    return (not has_left(report.content), salary, report.content.get("revenue") or 0, report.source)


def is_second(report: Paper) -> bool:
    """乙欄: the employer who knows of no family, for the person declares it to the other."""
    return "second_column" in (report.content.get("flags") or ())


def stating_family(reports: Sequence[Paper]) -> list[Paper]:
    """Return the reports from which a family can be taken, the one that counts first in front."""
    stating = [one for one in reports if not is_second(one) and family_of(one)]
    return sorted(stating, key=rank_of, reverse=True)


def another_family(stating: Sequence[Paper]) -> Paper | None:
    """Return the next report that counts other people than the first.

    Not an earlier employer's: the family of the later one is that of the end of the year.
    """
    first, *others = stating
    return next((other for other in others if _says_otherwise(other, first)), None)


def _says_otherwise(other: Paper, first: Paper) -> bool:
    alike = other.kind == first.kind
    if alike and has_left(other.content) != has_left(first.content):
        return False
    left_out = () if alike else _SALARY_ONLY
    return _people(other, left_out) != _people(first, left_out)


def _people(report: Paper, left_out: Collection[str]) -> tuple[Any, ...]:
    family = family_of(report)
    counts, spouse = family.get("counts") or {}, family.get("spouse")
    shared = {name: n for name, n in counts.items() if name not in left_out}
    return shared, spouse and spouse["elderly"]


def family_doubts(report: Paper) -> Iterator[tuple[str, str]]:
    """Yield what of a report's family cannot be read: a name for it, and what is done meanwhile."""
    content, counts = report.content, report.content.get("counts") or {}
    code = code_of(content, "spouse")
    if code not in SPOUSE_CODES[Kind(report.kind)]:
        yield "spouse", _("配偶者の有無の区分を読めないので、配偶者はないものとしています。")
    second = code == SECOND_SPOUSE and report.kind == Kind.SALARY_REPORT
    if second or any(counts.get(name) for name in _SECOND):
        yield "second", _("従たる給与の扶養(従有・従)は、扶養に入れていません。")
    elif is_second(report) and family_of(report):
        yield "second", _("乙欄の報告書に扶養があります。扶養に入れていません。")
    deduction = content.get("spouse_deduction") or 0
    if deduction and content.get("spouse_income") is None and deduction not in _FULL:
        yield "spouse_income", _("配偶者の合計所得が空です。所得のないものとしています。")
    if counts.get("specific_relative") and not specific_incomes(content):
        yield "specific", _("特定親族特別控除の額が人数と合いません。満額の控除としています。")
