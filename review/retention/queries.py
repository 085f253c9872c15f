"""What there is to see of the retention: coming due, runs, certificates, alarms."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from filing.calendar import retention_end
from review.assessment.models import SourceDocument
from review.cases.models import Case
from review.retention.models import Run
from review.retention.periods import load_periods
from review.retention.planning import ASSESSMENT, CASES

OVERDUE = timedelta(days=45)
SAMPLES = 20
MODELS = {CASES: Case, ASSESSMENT: SourceDocument}


@dataclass(frozen=True)
class ComingDue:
    """One year of one procedure: how many records, and the first day on which they may go."""

    label: str
    tax_year: str
    count: int
    due_on: date
    basis: str

    def is_due(self, today: date) -> bool:
        return self.due_on <= today


def coming_due() -> list[ComingDue]:
    """Return what is held by procedure and year, the earliest first."""
    return sorted(_coming_due(), key=lambda entry: (entry.due_on, entry.label))


def _coming_due() -> Iterator[ComingDue]:
    for name, period in load_periods().items():
        rows = MODELS[name]._default_manager.values_list("tax_year").annotate(Count("pk"))
        for tax_year, count in rows.order_by("tax_year"):
            last = retention_end(tax_year, years=period.years)
            yield ComingDue(period.label, tax_year, count, last + timedelta(days=1), period.basis)


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
    late = [entry for entry in coming_due() if entry.due_on <= today - OVERDUE]
    if late and not Run.objects.filter(proposed_at__gte=now - OVERDUE).exists():
        found.append(_("保存期間が過ぎているのに、消去の一覧が作られていません。"))
    return found
