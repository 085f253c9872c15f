"""Members of a reported family (報告書の扶養親族) in the engine's language: a class is an age."""

from collections.abc import Iterable, Mapping
from typing import Any

from filing.calendar import died_in_year
from review.assessment.families import CLASSES, family_of
from review.assessment.papers import Paper, precedence
from tax.law import law_of


def members_of(
    family: Mapping[str, Any], found: Mapping[str, Any], tax_year: str
) -> dict[str, Any]:
    """Return spouse and relatives of a report, beside those whom the office added."""
    if not family:
        return {}
    counts = family.get("counts") or {}
    relatives = [*_relatives(family), *map(dict, found.get("relatives", []))]
    result: dict[str, Any] = {}
    if found.get("spouse"):
        result["spouse"] = dict(found["spouse"])
    if spouse := family.get("spouse"):
        # Only the office knows of a death: a report has no box for it.
        died = {"died": True} if died_in_year(spouse.get("died_on"), tax_year) else {}
        own = {"age": _age_of_spouse(spouse), "total_income": spouse["total_income"]}
        result["spouse"] = {**own, **died}
    if grades := _grades(counts):
        able = _able([*result.values(), *relatives], tax_year)
        for member, grade in zip(able, grades, strict=False):
            member["disability"] = grade
        if len(grades) > len(able) and "spouse" not in result and "spouse_not_deducted" in family:
            # 同一生計配偶者 of who earns too much for 配偶者控除: counted for the disability alone.
            unseen = {"age": precedence()["ages"]["spouse"], "total_income": 0}
            result["spouse"] = {**unseen, "disability": grades[len(able)]}
    if relatives:
        result["relatives"] = relatives
    return result


def stated_family(report: Paper, tax_year: str) -> dict[str, Any]:
    """Return a report's family; whether a spouse whom it does not name is disabled, it says alone.

    Asked before anybody is denied: a relative's disability becomes no spouse's.
    """
    family = family_of(report)
    grades = _grades(family.get("counts") or {})
    if len(grades) <= len(_able(_people(family), tax_year)):
        family.pop("spouse_not_deducted", None)
    return family


def _people(family: Mapping[str, Any]) -> list[dict[str, Any]]:
    spouse = family.get("spouse")
    return [*([spouse] if spouse else []), *_relatives(family)]


def disabled_left(family: Mapping[str, Any], tax_year: str) -> int:
    """Return how many of the disabled (障害者の数) no member of the family can be."""
    grades = _grades(family.get("counts") or {})
    if not grades:
        return 0
    places = len(_able(_people(family), tax_year)) + bool(family.get("spouse_not_deducted"))
    return max(len(grades) - places, 0)


def relatives_counted(family: Mapping[str, Any]) -> int:
    """Return how many relatives (扶養親族等) the classes of a report stand for."""
    return len(_relatives(family))


def _able(people: Iterable[dict[str, Any]], tax_year: str) -> list[dict[str, Any]]:
    """Return 同一生計配偶者 and 扶養親族: who earns more brings no 障害者控除 (34条1項6号)."""
    limit = law_of(tax_year).dependant_income_limit
    return [person for person in people if person.get("total_income", 0) <= limit]


def _age_of_spouse(spouse: Mapping[str, Any]) -> int:
    return int(precedence()["ages"]["elderly_spouse" if spouse["elderly"] else "spouse"])


def _relatives(family: Mapping[str, Any]) -> list[dict[str, Any]]:
    counts, incomes = family.get("counts") or {}, family.get("incomes") or {}
    return [
        _relative(name, at, incomes.get(name) or [])
        for name in CLASSES
        for at in range(_own_count(name, counts))
    ]


def _relative(name: str, at: int, incomes: list[int]) -> dict[str, Any]:
    relative: dict[str, Any] = {"age": precedence()["ages"][name]}
    if name == "elderly_together":
        relative["cohabiting_parent"] = True
    if at < len(incomes):
        relative["total_income"] = incomes[at]
    elif name == "specific_relative":
        relative["total_income"] = precedence()["incomes"][name]
    return relative


def _own_count(name: str, counts: Mapping[str, int]) -> int:
    """Return how many of a class; 老人 on a report includes 同居老親等."""
    own = counts.get(name) or 0
    return max(own - (counts.get("elderly_together") or 0), 0) if name == "elderly" else own


def _grades(counts: Mapping[str, int]) -> list[str]:
    """Return the disabled of a report, the gravest first."""
    together = counts.get("special_disabled_together") or 0
    special = max((counts.get("special_disabled") or 0) - together, 0)
    grades = ["special_co"] * together + ["special"] * special
    return grades + ["general"] * (counts.get("disabled") or 0)
