"""What follows from the facts: statuses that the law decides, so that no page asks for them.

The limits of each year are the tax engine's parameters; the engine decides again by itself.
"""

from datetime import date
from functools import lru_cache

import tax
from filing.calendar import age_when_judged
from portal.interview.conditions import bereaved
from portal.interview.model import Answers, Situation
from portal.interview.pages.late import is_of_the_dead
from tax.law import law_of


def total_income_of(person: Answers, tax_year: str) -> int:
    """Return a family member's 合計所得金額 from the revenue that the resident typed."""
    kinds = ("salary_revenue", "pension_revenue", "other_income")
    salary, pension, other = (person.get(kind) or 0 for kind in kinds)
    age = None
    born, died = person.get("birth_date"), person["died_on"] if is_of_the_dead(person) else None
    # A death before the birth is told by the checks; until it is put right there is no age.
    if born and not (died and died < born):
        age = age_when_judged(date.fromisoformat(born), died, tax_year)
    return _total_income(salary, pension, other, age, tax_year) if salary or pension or other else 0


@lru_cache(maxsize=1_000)
def _total_income(salary: int, pension: int, other: int, age: int | None, tax_year: str) -> int:
    """Return it by the law's tables; a page asks often, and an amount alone names nobody."""
    inputs = {"salary": salary, "public_pension": pension, "other_total_income": other}
    inputs = {name: value for name, value in inputs.items() if value}
    if age is not None:
        inputs["age"] = age
    return int(tax.assess(inputs, tax_year=tax_year).result["total_income_gokei"])


def is_single_parent(situation: Situation, relatives: list[Answers], own_income: int) -> bool:
    """Whether the filer is a ひとり親 (地方税法23条1項12号, 292条1項12号)."""
    limit = law_of(situation.tax_year).single_parent_child_income_limit
    children = [r for r in relatives if r["relation"] == "child" and r["total_income"] <= limit]
    return _alone(situation) and _within_limit(situation, own_income) and bool(children)


def is_widow(
    situation: Situation, relatives: list[Answers], own_income: int, dependants: int
) -> bool:
    """Whether the filer is a 寡婦 (地方税法23条1項11号): a woman who is no ひとり親.

    `dependants` counts the 扶養親族 by the definition: no 専従者, but who lives abroad also without
    papers (要確認).
    """
    if situation.filer.get("sex") != "2" or not _alone(situation):
        return False
    if not _within_limit(situation, own_income) or is_single_parent(
        situation, relatives, own_income
    ):
        return False
    reason = widow_reason(situation)
    return reason in ("bereaved", "missing") or (reason == "divorced" and dependants > 0)


def widow_reason(situation: Situation) -> str:
    """Return why the filer has no spouse (寡婦の事由): "" for one who never married."""
    marital = situation.answers("personal").get("marital", "")
    if bereaved(situation) or marital == "widowed":
        return "bereaved"
    return marital if marital in ("divorced", "missing") else ""


def is_working_student(situation: Situation, own_income: int, income_from_work: int) -> bool:
    """Whether the filer is a 勤労学生 (地方税法23条1項9号)."""
    law = law_of(situation.tax_year)
    return (
        situation.answers("personal").get("student") is True
        and income_from_work > 0
        and own_income <= law.working_student_income_limit
        and own_income - income_from_work <= law.working_student_other_income_limit
    )


def _within_limit(situation: Situation, own_income: int) -> bool:
    """Whether the filer's 合計所得金額 still allows 寡婦・ひとり親 (500万円)."""
    return own_income <= int(law_of(situation.tax_year).single_parent_income_limit)


def _alone(situation: Situation) -> bool:
    """Whether there is neither a spouse nor a partner noted in the register (事実婚)."""
    personal = situation.answers("personal")
    unmarried = situation.answers("spouse").get("has") is False and "marital" in personal
    return (unmarried or bereaved(situation)) and personal.get("partner") is False
