"""Terms (納期): when each part of a year's tax is due, and what is left after some have passed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.conf import settings

from config.context import load_municipality_file
from filing.calendar import next_business_day, western_year
from review.levy.collecting import TERMS, Planned
from review.levy.models import Collection
from tax.collecting import PENSION_MONTHS

Method = Collection.Method
#: Whole hundreds or thousands of yen in every term but the first that is left.
_UNIT = {Method.ORDINARY: 1_000, Method.SALARY: 100, Method.PENSION: 100}


def term_dates(method: str, tax_year: str) -> list[date]:
    """Return the last day of each term: 納期限, or the month in which is withheld (its first day).

    普通徴収 is due on the municipality's days, on a holiday on the next business day.
    """
    year = western_year(tax_year)
    if method == Method.ORDINARY:
        days = load_municipality_file(settings.MUNICIPALITY_FILE)["collection"]["ordinary_terms"]
        parts = [tuple(map(int, day.split("-"))) for day in days]
        return [next_business_day(date(year + (m < 4), m, d)) for m, d in parts]
    months = range(6, 18) if method == Method.SALARY else PENSION_MONTHS
    return [date(year + (m > 12 or m < 4), (m - 1) % 12 + 1, 1) for m in months]


def extra_due(decided_on: date) -> date:
    """Return when a 随時 amount is due: the last day of a later month, or the next business day."""
    months = load_municipality_file(settings.MUNICIPALITY_FILE)["collection"]["extra_due_months"]
    after = decided_on.month + months
    first_of_next = date(decided_on.year + after // 12, after % 12 + 1, 1)
    return next_business_day(first_of_next - timedelta(days=1))


def passed_terms(method: str, tax_year: str, today: date) -> int:
    """Return how many terms stay as they are (納期の過ぎた期): their day or month has come."""
    if method == Method.EXTRA:
        return TERMS[Method.EXTRA]
    return sum(day <= today for day in term_dates(method, tax_year))


def recollect(
    before: Iterable[Planned], planned: Sequence[Planned], tax_year: str, today: date
) -> tuple[list[Planned], int]:
    """Divide a changed tax: passed terms stay, the difference goes to the terms that are left.

    Returns the new collection and what was paid too much (過納), in yen: together the terms are the
    tax plus that. How a city spreads the difference over the terms is general knowledge ("?").
    """
    kept = {entry.method: _kept(entry, tax_year, today) for entry in before}
    due = sum(entry.total for entry in planned)
    left = due - sum(entry.total for entry in kept.values())
    wanted = _wanted(kept, planned, left)
    rows = dict(kept)
    for entry in planned:
        rows.setdefault(entry.method, replace(entry, amounts=[0] * TERMS[Method(entry.method)]))
        if entry.employer:
            rows[entry.method] = replace(rows[entry.method], employer=entry.employer)
    extra = 0
    for method, amount in wanted.items():
        passed = passed_terms(method, tax_year, today)
        spread = _spread(amount, len(rows[method].amounts) - passed, _UNIT[Method(method)])
        if not spread:
            extra += amount
        stays = rows[method].amounts[:passed]
        rows[method] = replace(rows[method], amounts=[*stays, *spread])
    if extra:
        already = rows[Method.EXTRA].total if Method.EXTRA in rows else 0
        rows[Method.EXTRA] = Planned(Method.EXTRA, [already + extra])
    return [row for row in rows.values() if row.total], max(-left, 0)


def _kept(entry: Planned, tax_year: str, today: date) -> Planned:
    """Return what has passed of a collection; what has not is nothing for now."""
    passed = passed_terms(entry.method, tax_year, today)
    rest = [0] * (len(entry.amounts) - passed)
    return replace(entry, amounts=[*entry.amounts[:passed], *rest])


def _wanted(kept: Mapping[str, Planned], planned: Sequence[Planned], left: int) -> dict[str, int]:
    """Return what each way has yet to collect: its part of the plan less what has passed of it."""
    parts = {
        entry.method: max(
            entry.total - (kept[entry.method].total if entry.method in kept else 0), 0
        )
        for entry in planned
    }
    # What passed of one way beyond its part lessens the others, the last first.
    over = sum(parts.values()) - max(left, 0)
    for method in reversed(list(parts)):
        taken = min(max(over, 0), parts[method])
        parts[method] -= taken
        over -= taken
    return parts


def _spread(amount: int, terms: int, unit: int) -> list[int]:
    """Divide over so many terms in whole units, the rest in the first of them."""
    if terms <= 0:
        return []
    later = amount // terms // unit * unit
    return [amount - later * (terms - 1), *[later] * (terms - 1)]
