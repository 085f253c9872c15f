"""Retention periods (保存期間) per kind of record: what the schedule in force says."""

import tomllib
from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from filing.calendar import last_event_over, retention_end, years_after
from review.retention.schedule_models import Event, Rule, Schedule

FIRST = Path(__file__).with_name("first_schedule.toml")


@dataclass(frozen=True)
class Period:
    """How long one kind of record is kept (保存期間), and from which event.

    `amount` is None where there is no end, or where the record goes with its `parent`.
    """

    kind: str
    label: str
    amount: int | None = None
    unit: str = "years"
    event: str = Event.TAX_YEAR_END
    basis: str = ""
    zone: str = "review"
    parent: str = ""
    setting: str = ""
    unconfirmed: bool = False

    def last_day_of_year(self, tax_year: str) -> date | None:
        """Return the last day of keeping of a 課税年度's records; None where there is no end.

        ValueError where the year is none: the event is missing, and nobody guesses it.
        """
        if self.amount is None:
            return None
        if self.unit == Rule.Unit.DAYS:
            return retention_end(tax_year, years=0) + timedelta(days=self.amount)
        return retention_end(tax_year, years=self.amount)

    def last_day_after(self, event: date) -> date | None:
        """Return the last day of keeping of what an event of this day started the clock for."""
        if self.amount is None:
            return None
        if self.unit == Rule.Unit.DAYS:
            return event + timedelta(days=self.amount)
        return years_after(event, self.amount)

    def is_over(self, tax_year: str, as_of: date) -> bool:
        """Tell whether `as_of` lies after the last day of keeping: not on the day itself."""
        last = self.last_day_of_year(tax_year)
        return last is not None and as_of > last

    def last_event_over(self, as_of: date) -> date | None:
        """Return the latest day of an event whose period has run out by `as_of`."""
        if self.amount is None:
            return None
        if self.unit == Rule.Unit.DAYS:
            return as_of - timedelta(days=self.amount + 1)
        return last_event_over(as_of, self.amount)


def load_periods() -> dict[str, Period]:
    """Return the periods in force by kind of record, in the order of the schedule."""
    rules = Rule.objects.filter(schedule__state=Schedule.State.IN_FORCE)
    return {rule.kind: period_of(rule) for rule in rules}


def period_of(rule: Rule) -> Period:
    """Return what a row of the schedule says."""
    return Period(**{field.name: getattr(rule, field.name) for field in fields(Period)})


def first_periods(path: Path = FIRST) -> dict[str, Period]:
    """Return the periods that the product came with."""
    data: dict[str, dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return {kind: _first(kind, dict(entry)) for kind, entry in data.items()}


def _first(kind: str, entry: dict[str, Any]) -> Period:
    parent = entry.pop("with", "")
    return Period(kind, unit=entry.pop("unit", ""), parent=parent, **entry)
