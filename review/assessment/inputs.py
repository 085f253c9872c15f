"""From merged answers to the tax engine (税額計算の入力): what reports state, in its language."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import filing
from filing.calendar import died_in_year, income_year
from filing.housing import housing_of_slip
from review.assessment.papers import Kind, Paper, precedence

LIFE = {
    "new_life": "new_general",
    "old_life": "old_general",
    "care_medical": "care",
    "new_pension": "new_pension",
    "old_pension": "old_pension",
}
ADULTS = ("specific", "elderly_together", "elderly", "other", "specific_relative")
OWN_FLAGS = ("special_disabled", "disabled", "widow", "single_parent", "working_student")


def premiums_of(reports: Sequence[Paper]) -> dict[str, tuple[Any, list[str]]]:
    """Return premiums and own circumstances that the 給報 state, each with its documents."""
    found: dict[str, tuple[Any, list[str]]] = {}
    for report in reports:
        if report.kind != Kind.SALARY_REPORT:
            continue
        content, own_id = report.content, str(report.pk)
        for block, values in (
            ("life", {LIFE[name]: content[name] for name in LIFE if content.get(name)}),
            ("earthquake", _earthquake(content)),
        ):
            if values:
                before, ids = found.get(block, (None, []))
                found[block] = (_added(before, values), [*ids, own_id])
    flags = [(r, set(r.content.get("flags") or []) & set(OWN_FLAGS)) for r in reports]
    if any(own for _report, own in flags):
        ids = [str(report.pk) for report, own in flags if own]
        found["personal"] = (_personal(set().union(*(own for _r, own in flags))), ids)
    return found


def _added(before: Any, values: Any) -> Any:
    if before is None:
        return values
    return {key: before.get(key, 0) + values.get(key, 0) for key in {**before, **values}}


def _earthquake(content: Mapping[str, Any]) -> dict[str, int]:
    """Return the premiums behind the income tax's deduction (所得税法77条: up to 50,000 yen).

    旧長期 premiums stand on the report; what they do not explain of the deduction is 地震保険料.
    """
    deducted, old = (
        content.get("earthquake_insurance_deduction") or 0,
        content.get("old_casualty") or 0,
    )
    old_part = old if old <= 10_000 else min(old // 2 + 5_000, 15_000)
    parts = {"earthquake": max(deducted - old_part, 0), "old_long": old}
    return {name: amount for name, amount in parts.items() if amount}


def _personal(flags: set[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if flags & {"special_disabled", "disabled"}:
        found["disability"] = "special" if "special_disabled" in flags else "general"
    if "single_parent" in flags:
        # Mother or father is the register's to say: the report has one box.
        found["single_parent"] = "by_sex"
    for name in ("widow", "working_student"):
        if name in flags:
            found[name] = True
    return found


def family_of(report: Paper) -> dict[str, Any]:
    """Return the family that a report counts by classes (扶養親族の数), empty for nobody."""
    content = report.content
    counts = {name: n for name, n in (content.get("counts") or {}).items() if n}
    family: dict[str, Any] = {"counts": counts} if counts else {}
    if content.get("spouse") or content.get("spouse_deduction"):
        family["spouse"] = {
            "elderly": bool(content.get("elderly_spouse")),
            "total_income": content.get("spouse_income") or 0,
        }
    return family


def housing_of(report: Paper) -> dict[str, Any]:
    """Return the 住宅借入金等特別控除 of a 給報 as the engine asks for it, or nothing."""
    content, housing = report.content, report.content.get("housing") or {}
    possible = housing.get("possible") or 0
    moved = ((housing.get("first") or {}).get("moved_in") or "")[:4]
    if not possible or not moved.isdigit():
        return {}
    derived = housing_of_slip(
        possible=possible,
        credited=content.get("housing_loan_credit") or 0,
        income=content.get("income") or 0,
        deductions=content.get("deductions_total") or 0,
    )
    return derived | {"move_in_year": int(moved)}


def inputs_of(
    answers: Mapping[str, Any], *, birth_date: date, sex: str, tax_year: str
) -> dict[str, Any]:
    """Return the engine's inputs for merged answers: the return's language and what reports add."""
    personal = dict(answers.get("personal") or {})
    if personal.get("single_parent") == "by_sex":
        personal["single_parent"] = "father" if sex == "1" else "mother"
    registers = answers.get("registers") or {}
    if not personal.get("disability") and registers.get("disability"):
        personal["disability"] = registers["disability"]
    told = {**answers, "personal": personal} if personal else answers
    found = filing.tax_inputs(told, birth_date=birth_date, tax_year=tax_year)
    if registers.get("livelihood_protection"):
        found["flags"] = {**found.get("flags", {}), "livelihood_protection": True}
    if answers.get("one_stop"):
        found |= {"furusato": answers["one_stop"], "one_stop": True}
    if (found.get("housing") or {}).get("move_in_year", 0) > income_year(tax_year):
        # A date beyond the year is a slip of the payer's: no credit can rest on it.
        del found["housing"]
    return found | _family(answers.get("family") or {}, found, tax_year)


def _family(family: Mapping[str, Any], found: Mapping[str, Any], tax_year: str) -> dict[str, Any]:
    """Return spouse and relatives of a report: a class stands for an age."""
    ages = precedence()["ages"]
    counts = dict(family.get("counts") or {})
    relatives = [
        _relative(name, ages[name])
        for name in (*ADULTS, "under_16")
        for _each in range(_own_count(name, counts))
    ]
    spouse = family.get("spouse")
    members: list[dict[str, Any]] = relatives
    result: dict[str, Any] = {}
    if spouse:
        own = {"age": ages["elderly_spouse" if spouse["elderly"] else "spouse"]}
        # Only the office knows of a death: a report has no box for it.
        died = {"died": True} if died_in_year(spouse.get("died_on"), tax_year) else {}
        result["spouse"] = {**own, "total_income": spouse["total_income"], **died}
        members = [result["spouse"], *relatives]
    _mark_disabled(members, counts)
    if relatives:
        result["relatives"] = [*found.get("relatives", []), *relatives]
    return result


def _relative(name: str, age: int) -> dict[str, Any]:
    relative: dict[str, Any] = {"age": age}
    if name == "elderly_together":
        relative["cohabiting_parent"] = True
    if name == "specific_relative":
        relative["total_income"] = precedence()["incomes"][name]
    return relative


def relatives_counted(counts: Mapping[str, int]) -> int:
    """Return how many relatives (扶養親族等) the classes of a report stand for."""
    return sum(_own_count(name, counts) for name in (*ADULTS, "under_16"))


def _own_count(name: str, counts: Mapping[str, int]) -> int:
    """Return how many of a class; 老人 on a report includes 同居老親等."""
    own = counts.get(name) or 0
    return max(own - (counts.get("elderly_together") or 0), 0) if name == "elderly" else own


def _mark_disabled(members: list[dict[str, Any]], counts: Mapping[str, int]) -> None:
    """Give the disabled of a report to its members, the gravest first."""
    together = counts.get("special_disabled_together") or 0
    special = max((counts.get("special_disabled") or 0) - together, 0)
    grades = ["special_co"] * together + ["special"] * special
    grades += ["general"] * (counts.get("disabled") or 0)
    for member, grade in zip(members, grades, strict=False):
        member["disability"] = grade
