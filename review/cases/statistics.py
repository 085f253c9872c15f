"""The month's figures (業務統計): what came, by which way, and how it ended; no person's data."""

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
    rows = Case.objects.filter(received_at__gte=start).annotate(month=TruncMonth("received_at"))
    channels = dict(Case.Channel.choices)
    for month, channel, count in rows.values_list("month", "channel").annotate(Count("pk")):
        found[timezone.localdate(month)].arrived[str(channels[channel])] = count
    done = Case.objects.filter(state__in=ENDS, state_changed_at__gte=start)
    done = done.annotate(month=TruncMonth("state_changed_at"))
    for month, state, count in done.values_list("month", "state").annotate(Count("pk")):
        if timezone.localdate(month) in found:
            found[timezone.localdate(month)].ended[str(State(state).label)] = count
    return list(found.values())


def _firsts(today: date) -> list[date]:
    firsts = [today.replace(day=1)]
    while len(firsts) < MONTHS:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    return firsts
