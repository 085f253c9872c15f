"""What there is to see of the retention: coming due, runs, certificates, alarms."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from review.addressees.models import Addressee
from review.addressees.visibility import sees_restricted
from review.assessment.models import SourceDocument
from review.audit.models import AuditEvent
from review.cases.models import Case
from review.retention.aged import AGED, Aged
from review.retention.models import Hold, Run
from review.retention.periods import Period, load_periods
from review.retention.planning import ASSESSMENT, CASES
from review.staff.models import StaffMember

OVERDUE = timedelta(days=45)
SAMPLES = 20
MODELS: dict[str, type[Any]] = {CASES: Case, ASSESSMENT: SourceDocument}
LOG = Aged(AuditEvent, "at", "at")


@dataclass(frozen=True)
class ComingDue:
    """One year or month of one kind: how many records, and the first day on which they may go.

    `due_on` is None where they are kept without an end, or where the clock has no event yet.
    """

    label: str
    since: str
    count: int
    due_on: date | None
    basis: str
    eventless: bool = False

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
    for kind, model in MODELS.items():
        rows = model._default_manager.values_list("tax_year").annotate(Count("pk"))
        for tax_year, count in rows.order_by("tax_year"):
            yield _of_year(periods[kind], tax_year, count)
    for kind, aged in AGED.items():
        yield from _by_month(periods[kind], aged)
    yield from _by_month(periods["log"], LOG)


def _of_year(period: Period, tax_year: str, count: int) -> ComingDue:
    try:
        last = period.last_day_of_year(tax_year)
    except ValueError:
        return ComingDue(period.label, tax_year, count, None, period.basis, eventless=True)
    return ComingDue(period.label, tax_year, count, _next(last), period.basis)


def _by_month(period: Period, aged: Aged) -> Iterator[ComingDue]:
    """Count by the month of the event; the day is that on which the month's last may go."""
    rows: Any = aged.model._default_manager
    months = rows.annotate(begun=TruncMonth(aged.event)).order_by("begun")
    for month, count in months.values_list("begun").annotate(Count("pk")):
        if month is None:
            # The clock has not begun: the matter is not finished.
            yield ComingDue(period.label, "", count, None, period.basis, eventless=True)
            continue
        day = timezone.localdate(month)
        end = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        yield ComingDue(
            period.label, f"{day:%Y-%m}", count, _next(period.last_day_after(end)), period.basis
        )


def _next(last: date | None) -> date | None:
    return last and last + timedelta(days=1)


def is_anything_due(today: date) -> bool:
    """Tell whether any record has outlived its period."""
    return any(entry.is_due(today) for entry in coming_due())


def sample(run: Run) -> list[Any]:
    """Return the first items of a list, for the eye of whoever approves it."""
    return list(run.items.order_by("id")[:SAMPLES])


def alarms(now: datetime) -> list[str]:
    """Return what somebody must be told: what is due and not listed, late, or left over."""
    today = timezone.localdate(now)
    found = []
    for run in Run.objects.filter(state=Run.State.LEFTOVERS):
        found.append(_("消去%(n)sで、消えていないものが見つかりました。") % {"n": run.number})
    for run in Run.objects.filter(state__in=Run.OPEN, proposed_at__lt=now - OVERDUE):
        found.append(_("消去%(n)sが終わっていません。") % {"n": run.number})
    late = [entry for entry in coming_due() if entry.is_due(today - OVERDUE)]
    if late and not Run.objects.filter(proposed_at__gte=now - OVERDUE).exists():
        found.append(_("保存期間が過ぎているのに、消去の一覧が作られていません。"))
    return found
