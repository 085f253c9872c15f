"""How far the tax can still fall (目安の幅): the lowest that unanswered sections could bring."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import tax
from portal.interview.model import Section, Text

Inputs = Mapping[str, Any]
# Premiums and costs above which a deduction grows no further, in yen (地方税法34条, 314条の2).
MOST_PREMIUM = 100_000
MOST_MEDICAL = 100_000_000
STATUSES = ("widow", "single_parent")
SPOUSE = {"age": 70, "total_income": 0, "disability": "special_co"}
# One who died in the year: 寡婦 and ひとり親 can stand beside it.
DIED = {"died": True}


@dataclass(frozen=True)
class Narrowing:
    """An open section, and by how much its answer can lower the tax: None where by all of it."""

    title: Text
    at_most: int | None


def lowest(assessment: tax.Assessment, open_sections: list[Section]) -> int:
    """Return the lowest total that is still possible: 0 while a section without ceiling waits."""
    inputs = dict(assessment.inputs)
    for section in open_sections:
        if section.code not in MOST:
            return 0
        inputs |= MOST[section.code](inputs)
    total = int(assessment.result["total"])
    return min(total, _total(assessment, inputs)) if open_sections else total


def narrowing(assessment: tax.Assessment, open_sections: list[Section]) -> list[Narrowing]:
    """Return what each open section could do by itself, in the order of the hub."""
    total = int(assessment.result["total"])
    found = []
    for section in open_sections:
        most = MOST.get(section.code)
        left = _total(assessment, most(assessment.inputs)) if most else None
        found.append(Narrowing(section.title, None if left is None else max(total - left, 0)))
    return found


def _total(assessment: tax.Assessment, changed: Inputs) -> int:
    inputs = {**assessment.inputs, **changed}
    kept = {name: value for name, value in inputs.items() if value is not None}
    other = tax.assess(kept, tax_year=assessment.tax_year, municipality=assessment.municipality)
    return int(other.result["total"])


def _insurance(inputs: Inputs) -> dict[str, Any]:
    kinds = ("new_general", "care", "new_pension")
    return {
        "life": dict.fromkeys(kinds, MOST_PREMIUM),
        "earthquake": {"earthquake": MOST_PREMIUM},
    }


def _medical(inputs: Inputs) -> dict[str, Any]:
    return {"medical": {"paid": MOST_MEDICAL}, "self_medication": None}


def _spouse(inputs: Inputs) -> dict[str, Any]:
    """A spouse who counts in every way; 寡婦 and ひとり親 stay beside one who died in the year."""
    return {"spouse": SPOUSE | DIED}


def _personal(inputs: Inputs) -> dict[str, Any]:
    flags = _without_status(inputs) | {"disability": "special"}
    spouse = inputs.get("spouse")
    alone = not spouse or spouse.get("died")
    return {"flags": flags | {"single_parent": "mother"} if alone else flags}


def _without_status(inputs: Inputs) -> dict[str, Any]:
    flags = inputs.get("flags", {})
    return {name: value for name, value in flags.items() if name not in STATUSES}


# Sections whose deductions have a ceiling. Others (社会保険料, 扶養親族 …) can take the whole tax.
MOST: dict[str, Callable[[Inputs], dict[str, Any]]] = {
    "insurance": _insurance,
    "medical": _medical,
    "spouse": _spouse,
    "personal": _personal,
}
