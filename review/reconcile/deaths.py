"""Days of death of the family (死亡日の突合): a return beside the 宛名, and a ruling on it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from filing.calendar import age_for_tax, age_when_judged, died_in_year
from tax.law import law_of

#: What the register says of somebody of whom it knows no death.
ALIVE = ""


def day_in_dispute(
    role: str, born: date, stated: date | None, registered: date | None, tax_year: str
) -> bool:
    """Tell whether a claim's day of death and the register's differ in what the law asks.

    A day that is stated has to be the register's. Where none is, the family is judged on 31
    December, and a death in the year matters if it changes the class of age (判定の時期; 要確認).
    """
    if stated:
        return stated != registered
    if not registered or not died_in_year(registered.isoformat(), tax_year) or registered < born:
        return False
    then = age_when_judged(born, registered.isoformat(), tax_year)
    return _class(role, then, tax_year) != _class(role, age_for_tax(born, tax_year), tax_year)


def _class(role: str, age: int, tax_year: str) -> int:
    """Return a number for the class that an age gives: of a spouse 老人 alone."""
    ages = law_of(tax_year).dependant_ages
    starts = (ages.deductible_from, ages.specific_from, ages.specific_to + 1, ages.elderly_from)
    return sum(age >= start for start in (starts[-1:] if role == "spouse" else starts))


def shown(day: date | None) -> str:
    """Return a day of death as the check list shows it."""
    return day.isoformat() if day else _("死亡の記載なし")


def day_of(text: str) -> date | None:
    """Return the day that `shown` wrote; None where it said that there is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def with_registered_deaths(
    answers: dict[str, Any], days: Mapping[str, date | None], keys: Sequence[str]
) -> dict[str, Any]:
    """Give family members the register's day of death, or none (ほかの資料による).

    `keys` recognise the spouse, if there is one, and the relatives, in this order.
    """
    if not days:
        return answers
    found, left = dict(answers), list(keys)
    if found.get("spouse") and left:
        found["spouse"] = _dated(found["spouse"], left.pop(0), days)
    if relatives := found.get("relatives"):
        named = [*left, *[""] * len(relatives)]
        rows = zip(relatives, named, strict=False)
        found["relatives"] = [_dated(row, key, days) for row, key in rows]
    return found


def _dated(person: Mapping[str, Any], key: str, days: Mapping[str, date | None]) -> dict[str, Any]:
    if key not in days:
        return dict(person)
    day = days[key]
    alive = {name: value for name, value in person.items() if name != "died_on"}
    return alive | ({"died_on": day.isoformat()} if day else {})
