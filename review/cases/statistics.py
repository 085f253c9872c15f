"""The month's figures (業務統計): what came, by which way, and how it ended; no person's data."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone

from review.cases.models import Case
from review.cases.states import State

MONTHS = 6
ENDS = (State.ACCEPTED, State.IMPORTED, State.CLOSED, State.REJECTED, State.WITHDRAWN)


@dataclass
class Month:
    """One month: arrivals by way (受付の方法), and what ended in it."""

    first: date
    arrived: dict[str, int] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.arrived.values())


def months(now: datetime) -> list[Month]:
    """Return the last months, this one first."""
    found = {first: Month(first) for first in _firsts(timezone.localdate(now))}
    since = min(found)
    start = timezone.make_aware(datetime(since.year, since.month, 1))
    channels, states = dict(Case.Channel.choices), dict(State.choices)
    for month, channel, count in _by_month("received_at", "channel", start, now):
        found[month].arrived[str(channels[channel])] = count
    for month, state, count in _by_month("state_changed_at", "state", start, now):
        if state in ENDS:
            found[month].ended[str(states[state])] = count
    return list(found.values())


def _by_month(
    moment: str, what: str, start: datetime, end: datetime
) -> Iterator[tuple[date, str, int]]:
    """Count cases by the month of a moment and by what they are; none of another month."""
    rows = Case.objects.filter(**{f"{moment}__gte": start, f"{moment}__lte": end})
    counted = rows.annotate(month=TruncMonth(moment)).values_list("month", what)
    for month, value, count in counted.annotate(Count("pk")):
        yield timezone.localdate(month), value, count


def _firsts(today: date) -> list[date]:
    firsts = [today.replace(day=1)]
    while len(firsts) < MONTHS:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    return firsts
