"""From merged answers to the tax engine (税額計算の入力): what reports state, in its language."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import filing
from review.assessment.members import members_of
from review.assessment.papers import Kind, Paper

LIFE = {
    "new_life": "new_general",
    "old_life": "old_general",
    "care_medical": "care",
    "new_pension": "new_pension",
    "old_pension": "old_pension",
}
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
    if adjusted := [
        str(report.pk) for report in reports if report.content.get("income_adjustment")
    ]:
        # 所得金額調整控除: the employer was told of such a relative, whoever declares them.
        found["special_rules"] = ({"child_elsewhere": True}, adjusted)
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
    found |= members_of(answers.get("family") or {}, found, tax_year)
    if answers.get("denied_relatives") and personal.get("single_parent"):
        # Whoever named only children who were denied has none: the claim alone is not believed.
        found["relatives"] = [*found.get("relatives", []), {"age": 0, "excluded": True}]
    return found
