"""From the answers to the language of the tax engine (税額計算の入力): facts, no law."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from .calendar import age_for_tax, is_minor
from .model import Return

_FLAGS = ("disability", "widow", "single_parent", "working_student")


def tax_inputs(
    source: Return | Mapping[str, Any],
    *,
    birth_date: date | None = None,
    tax_year: str | None = None,
) -> dict[str, Any]:
    """Return the inputs of compute_tax (税額計算の入力) for a return or for answers alone.

    A Return brings its own birth date and year; for answers give both (else ValueError). Ages are
    those of 31 December of the income year. Half-filled rows count with what they have, so that an
    estimate can grow with the interview. An income block counts only while its kind is chosen.
    """
    if isinstance(source, Return):
        birth_date = birth_date or source.filer.birth_date
        tax_year = tax_year or source.tax_year
        answers: Mapping[str, Any] = source.answers
    else:
        answers = source
    if birth_date is None or tax_year is None:
        raise ValueError("birth_date and tax_year are needed for answers without a return")
    found = {
        "age": age_for_tax(birth_date, tax_year),
        **_income(answers),
        **_premiums(answers),
        **_medical(answers.get("medical") or {}),
        **_family(answers, tax_year),
        "flags": _flags(answers.get("personal") or {}, birth_date, tax_year),
    }
    return {key: value for key, value in found.items() if value or key == "age"}


def _income(answers: Mapping[str, Any]) -> dict[str, Any]:
    misc = _rows(answers, "misc")
    totals = {"revenue": _sum(misc, "revenue"), "expenses": _sum(misc, "expenses")}
    return {
        "salary": _sum(_rows(answers, "salaries"), "revenue"),
        "public_pension": _sum(_rows(answers, "pensions"), "revenue"),
        "misc_other": totals if any(totals.values()) else {},
    }


def _premiums(answers: Mapping[str, Any]) -> dict[str, Any]:
    slips = [*_rows(answers, "salaries"), *_rows(answers, "pensions")]
    paid = _sum(slips, "social_insurance") + _sum(answers.get("social_insurance") or [], "amount")
    return {
        "social_insurance": paid,
        "life": _filled(answers.get("life") or {}),
        "earthquake": _filled(answers.get("earthquake") or {}),
    }


def _medical(medical: Mapping[str, Any]) -> dict[str, Any]:
    if medical.get("method") == "self_medication":
        return {"self_medication": medical.get("amount") or 0}
    if not medical.get("paid"):
        return {}
    return {"medical": {"paid": medical["paid"], "reimbursed": medical.get("reimbursed") or 0}}


def _family(answers: Mapping[str, Any], tax_year: str) -> dict[str, Any]:
    spouse = answers.get("spouse") or {}
    relatives = [_relative(row, tax_year) for row in answers.get("relatives") or []]
    return {
        "spouse": _relative(spouse, tax_year) if spouse else {},
        "relatives": [row for row in relatives if row],
    }


def _relative(row: Mapping[str, Any], tax_year: str) -> dict[str, Any]:
    """One person as the engine knows them; nobody while the birth date is missing or to come."""
    try:
        age = age_for_tax(date.fromisoformat(row.get("birth_date") or ""), tax_year)
    except ValueError:
        return {}
    facts = {key: row.get(key) for key in ("relation", "disability", "cohabiting_parent")}
    found = {"age": age, "total_income": row.get("total_income") or 0, **_filled(facts)}
    if row.get("living") == "abroad":
        found["abroad"] = row.get("abroad_reason") or True
    return found


def _flags(personal: Mapping[str, Any], birth_date: date, tax_year: str) -> dict[str, Any]:
    flags = _filled({name: personal.get(name) for name in _FLAGS})
    if age_for_tax(birth_date, tax_year) >= 18:
        return flags
    # Said outright: whoever is born on 2 January turns 18 between the two dates that count.
    return flags | {"minor": is_minor(birth_date, tax_year)}


_KIND_OF = {"salaries": "salary", "pensions": "pension", "misc": "misc"}


def _rows(answers: Mapping[str, Any], group: str) -> list[Mapping[str, Any]]:
    kinds = answers.get("income_kinds")
    if kinds is not None and _KIND_OF[group] not in kinds:
        return []
    return answers.get(group) or []


def _sum(rows: list[Mapping[str, Any]], key: str) -> int:
    return sum(row.get(key) or 0 for row in rows)


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}
