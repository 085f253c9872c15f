"""Legal days of notices (通知の期限, NOT-12): what waits, until when, and what is late."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Min
from django.utils import timezone

from filing.calendar import western_year
from review.assessment.models import Assessment
from review.levy.models import Collection, Decision, YearRun
from review.levy.terms import term_dates
from review.notices import due as waiting_lists
from review.notices.models import Order

Kind = Order.Kind
KINDS = (Kind.ORDINARY, Kind.SALARY, Kind.CHANGE, Kind.SALARY_CHANGE)


@dataclass(frozen=True)
class Deadline:
    """How many people wait for a kind of notice of a year, and by when it must be with them."""

    tax_year: str
    kind: str
    waiting: int
    due: date | None
    days: int

    @property
    def label(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def is_late(self) -> bool:
        return bool(self.waiting) and self.due is not None and self.days < 0


@cache
def rules() -> dict[str, Any]:
    """Return the rules of deadlines.toml."""
    return tomllib.loads(Path(__file__).with_name("deadlines.toml").read_text(encoding="utf-8"))


def deadlines(tax_year: str, *, now: datetime) -> list[Deadline]:
    """Return what waits by kind, with the day that counts."""
    today = timezone.localdate(now)
    found = []
    for kind, waiting in waiting_lists.waiting(tax_year).items():
        day = _due(kind, tax_year) if waiting or kind in (Kind.ORDINARY, Kind.SALARY) else None
        days = (day - today).days if day else 0
        found.append(Deadline(tax_year, kind, waiting, day, days))
    return found


def late(*, now: datetime) -> list[Deadline]:
    """Return what is past its day, of every year that was decided and may still be notified."""
    years = YearRun.objects.filter(state=YearRun.State.DONE).values_list("tax_year", flat=True)
    listed = [one for year in sorted(set(years)) for one in deadlines(year, now=now)]
    return [one for one in listed if one.is_late]


def undecided(tax_year: str) -> int:
    """Return how many people of a year are computed and not decided: they get no notice."""
    decided = Decision.objects.filter(tax_year=tax_year, state=Decision.State.DECIDED)
    newest = Assessment.objects.filter(basis__tax_year=tax_year).exclude(
        basis__addressee__in=decided.values("addressee")
    )
    return newest.values("basis__addressee").distinct().count()


def _due(kind: str, tax_year: str) -> date | None:
    """Return the legal day; of changes that of the oldest that waits."""
    rule = rules()[kind]
    if kind == Kind.ORDINARY:
        first = term_dates(Collection.Method.ORDINARY, tax_year)[0]
        return first - timedelta(days=rule["days_before_first_term"])
    if kind == Kind.SALARY:
        return date(western_year(tax_year), rule["month"], rule["day"])
    oldest = _oldest(kind, tax_year)
    return oldest + timedelta(days=rule["days_after_decision"]) if oldest else None


def _oldest(kind: str, tax_year: str) -> date | None:
    if kind == Kind.CHANGE:
        day: date | None = waiting_lists.changes(tax_year).aggregate(day=Min("decided_on"))["day"]
        return day
    listed = waiting_lists.changes_by_employer(tax_year).values()
    days = [e.decision.decided_on for employees in listed for e in employees]
    return min((day for day in days if day), default=None)
