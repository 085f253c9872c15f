"""What there is to see of the retention: what is held and when it comes due, samples of a list."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from review.addressees.models import Addressee
from review.addressees.visibility import sees_restricted
from review.assessment.models import SourceDocument
from review.audit.models import AuditEvent
from review.cases.models import Case
from review.levy.models import YearPerson, YearRun
from review.paper.models import PaperEntry
from review.reconcile.models import Disagreement
from review.retention.aged import AGED, Aged
from review.retention.leavers import left
from review.retention.models import Hold, Run, Schedule
from review.retention.periods import Period, load_periods
from review.retention.planning import ASSESSMENT, CASES
from review.sources.models import Arrival
from review.staff.models import StaffMember

SAMPLES = 20
MODELS: dict[str, tuple[type[Any], ...]] = {
    CASES: (Case, PaperEntry),
    ASSESSMENT: (SourceDocument, YearPerson, Disagreement, Arrival, YearRun),
}
LOG = Aged(AuditEvent, "at", "at")


@dataclass(frozen=True)
class ComingDue:
    """One year or month of one kind: how many records, and the first day on which they may go.

    `due_on` is None where they are kept without an end, or where the clock has no event yet.
    """

    period: Period
    since: str
    count: int
    due_on: date | None
    eventless: bool = False

    @property
    def label(self) -> str:
        return self.period.label

    def is_due(self, today: date) -> bool:
        return self.due_on is not None and self.due_on <= today


def open_holds(member: StaffMember) -> list[Hold]:
    """Return the holds in force, the latest first, without those of people who are hidden."""
    rows = Hold.objects.filter(ended_at__isnull=True).order_by("-set_at")
    if sees_restricted(member):
        return list(rows)
    hidden = Addressee.objects.filter(restricted=True)
    of_cases = Case.objects.filter(addressee__in=hidden).values("receipt_number")
    rows = rows.exclude(addressee_number__in=hidden.values("number"))
    return list(rows.exclude(receipt_number__in=of_cases))


def coming_due() -> list[ComingDue]:
    """Return what is held by kind and by year or month, the earliest first."""
    return sorted(_coming_due(), key=lambda entry: (entry.due_on or date.max, entry.label))


def _coming_due() -> Iterator[ComingDue]:
    periods = load_periods()
    for kind, models in MODELS.items():
        for tax_year, count in sorted(_by_year(models).items()):
            yield _of_year(periods[kind], tax_year, count)
    for kind, aged in {**AGED, "log": LOG}.items():
        if kind in periods:
            yield from _by_month(periods[kind], aged.model._default_manager, aged.event)
    if "register" in periods:
        yield from _by_month(periods["register"], left(), "left_on")


def _by_year(models: tuple[type[Any], ...]) -> Counter[str]:
    found: Counter[str] = Counter()
    for model in models:
        rows = model._default_manager.order_by().values_list("tax_year")
        found.update(dict(rows.annotate(Count("pk"))))
    return found


def _of_year(period: Period, tax_year: str, count: int) -> ComingDue:
    try:
        last = period.last_day_of_year(tax_year)
    except ValueError:
        return ComingDue(period, tax_year, count, None, eventless=True)
    return ComingDue(period, tax_year, count, _next(last))


def _by_month(period: Period, rows: Any, event: str) -> Iterator[ComingDue]:
    """Count by the month of the event; the day is that on which the month's last may go."""
    months = rows.annotate(begun=TruncMonth(event)).order_by("begun")
    for month, count in months.values_list("begun").annotate(Count("pk")):
        if month is None:
            # The clock has not begun: the matter is not finished.
            yield ComingDue(period, "", count, None, eventless=True)
            continue
        day = timezone.localdate(month) if isinstance(month, datetime) else month
        end = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        yield ComingDue(period, f"{day:%Y-%m}", count, _next(period.last_day_after(end)))


def _next(last: date | None) -> date | None:
    return last and last + timedelta(days=1)


def is_anything_due(today: date, periods: dict[str, Period] | None = None) -> bool:
    """Tell whether any record has outlived its period: one question, and nothing is counted."""
    known = load_periods() if periods is None else periods
    found = [Exists(rows) for period in known.values() for rows in _over(period, today)]
    if not found:
        return False
    # Any table with a row will do to ask it of; the schedule in force is one.
    asked = Schedule.objects.filter(state=Schedule.State.IN_FORCE)
    return asked.filter(reduce(or_, map(Q, found))).exists()


def _over(period: Period, today: date) -> Iterator[Any]:
    """Return the queries for what has outlived a period of this zone's runs."""
    last = period.last_event_over(today)
    if period.kind in MODELS:
        years = [f"R{n}" for n in range(1, today.year - 2018) if period.is_over(f"R{n}", today)]
        for model in MODELS[period.kind] if years else ():
            yield model._default_manager.filter(tax_year__in=years)
    elif last and period.kind == "register":
        yield left().filter(left_on__lte=last)
    elif last and (aged := {**AGED, "log": LOG}.get(period.kind)):
        bound = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
        yield aged.model._default_manager.filter(**{f"{aged.event}__lt": bound})


def sample(run: Run) -> list[Any]:
    """Return the first items of a list, for the eye of whoever approves it."""
    return list(run.items.order_by("id")[:SAMPLES])
