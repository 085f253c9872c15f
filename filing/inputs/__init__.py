"""From the answers to the language of the tax engine (税額計算の入力): facts, no law."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from filing.calendar import (
    age_at_year_end,
    age_when_judged,
    assessment_date,
    died_before_year,
    died_in_year,
    is_minor,
)
from filing.model import Return
from filing.people import who

from .claims import claim_inputs
from .incomes import income_inputs
from .parts import filled

_NOT_COUNTED = {"age": 0, "excluded": True}
_FLAGS = ("disability", "widow", "single_parent", "working_student", "livelihood_protection")


def tax_inputs(
    source: Return | Mapping[str, Any],
    *,
    birth_date: date | None = None,
    tax_year: str | None = None,
) -> dict[str, Any]:
    """Return the inputs of compute_tax (税額計算の入力) for a return or for answers alone.

    A Return brings its own birth date and year; for answers give both (else ValueError). Ages are
    those of 31 December of the income year, of whom died in it those of that day; whoever was born
    after it is 0, and the checks refuse the return. Half-filled rows
    count with what they have, so that an estimate can grow with the interview. An income block
    counts only while its kind is chosen.
    """
    if isinstance(source, Return):
        birth_date = birth_date or source.filer.birth_date
        tax_year = tax_year or source.tax_year
        answers: Mapping[str, Any] = source.answers
    else:
        answers = source
    if birth_date is None or tax_year is None:
        raise ValueError("birth_date and tax_year are needed for answers without a return")
    age = age_at_year_end(birth_date, tax_year)
    found = {
        "age": age,
        **income_inputs(answers),
        **claim_inputs(answers),
        **_family(answers, tax_year),
        # 家屋敷課税 (地方税法24条1項2号, 294条1項2号): 均等割 alone of who lives elsewhere.
        "house_only": (answers.get("house") or {}).get("residence") == "elsewhere",
        "flags": _flags(answers.get("personal") or {}, age, birth_date, tax_year),
    }
    return {key: value for key, value in found.items() if value or key == "age"}


def _family(answers: Mapping[str, Any], tax_year: str) -> dict[str, Any]:
    spouse, relatives = answers.get("spouse") or {}, answers.get("relatives") or []
    if not spouse and not relatives:
        return {}
    workers = answers.get("family_workers") or []
    married_worker = any(row.get("relation") == "spouse" for row in workers)
    found = _relative(spouse, tax_year) | _died(spouse, tax_year)
    others = [_relative(row, tax_year) | _worker(_is_worker(row, workers)) for row in relatives]
    counts = "age" in found and "excluded" not in found
    return {
        "spouse": found | _worker(married_worker) if counts else {},
        "relatives": [row for row in others if "age" in row and _is_needed(row, answers)],
    }


def _is_needed(row: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    """Whether the engine is told of one who does not count: only a claim of ひとり親 asks."""
    return "excluded" not in row or bool((answers.get("personal") or {}).get("single_parent"))


def _is_worker(row: Mapping[str, Any], workers: list[Mapping[str, Any]]) -> bool:
    """Whether a relative stands among the 事業専従者, who are nobody's dependants."""
    return any(who(worker) == who(row) for worker in workers)


def _worker(works: bool) -> dict[str, bool]:
    return {"family_employee": True} if works else {}


def _died(spouse: Mapping[str, Any], tax_year: str) -> dict[str, bool]:
    """年の中途で死亡した配偶者: no spouse on 31 December, when 寡婦・ひとり親 is judged."""
    return {"died": True} if died_in_year(spouse.get("died_on"), tax_year) else {}


def _relative(row: Mapping[str, Any], tax_year: str) -> dict[str, Any]:
    """One person as the engine knows them; nobody while the birth date is missing.

    Who died before the income year or was born after it is said to be there and not to count: a
    ひとり親 whose children are all such has none, while one who lists nobody is believed.
    """
    if died_before_year(row.get("died_on"), tax_year):
        return _NOT_COUNTED
    try:
        born = date.fromisoformat(row.get("birth_date") or "")
    except ValueError:
        return {}
    try:
        age = age_when_judged(born, row.get("died_on"), tax_year)
    except ValueError:
        return _NOT_COUNTED
    facts = {key: row.get(key) for key in ("relation", "disability", "cohabiting_parent")}
    found = {"age": age, "total_income": row.get("total_income") or 0, **filled(facts)}
    if _is_undocumented(row):
        found["abroad"] = "undocumented"
    elif row.get("living") == "abroad":
        found["abroad"] = row.get("abroad_reason") or True
    return found


def _is_undocumented(row: Mapping[str, Any]) -> bool:
    """国外居住親族 without 親族関係書類・送金関係書類 (地方税法45条の2, 317条の2).

    Only where it is said: a 確定申告, an older form and a paper with the box left empty do not ask.
    """
    return row.get("living") == "abroad" and row.get("abroad_papers") is False


def _flags(
    personal: Mapping[str, Any], age: int, birth_date: date, tax_year: str
) -> dict[str, Any]:
    flags = filled({name: personal.get(name) for name in _FLAGS}) if personal else {}
    if flags.get("widow") and personal.get("widow_reason") == "divorced":
        # Who is divorced needs a 扶養親族: the engine looks whether there is one.
        flags["widow"] = "divorced"
    if age >= 18:
        return flags
    # Said outright: whoever is born on 2 January turns 18 between the two dates that count.
    unborn = birth_date > assessment_date(tax_year)
    return flags | {"minor": unborn or is_minor(birth_date, tax_year)}
