"""Reads of the log (操作記録の参照)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from review.audit.models import AuditEvent

PAGE_SIZE = 100
EXACT = ("actor", "addressee_number", "subject")


@dataclass(frozen=True)
class Page:
    """One page of the log and the position that the next one begins below (None on the last)."""

    events: list[AuditEvent]
    following: int | None


def search(filters: Mapping[str, Any], *, before: str = "") -> Page:
    """Return entries newest first, by who, whom, what, why and when.

    Between days, and those of one person, they come in the order of their times: in that of
    positions the database would walk from the newest entry to the day asked for, past millions.
    """
    timed = any(filters.get(name) for name in ("since", "until", "actor"))
    found = AuditEvent.objects.order_by(*(("-at", "-position") if timed else ("-position",)))
    for name in EXACT:
        if filters.get(name):
            found = found.filter(**{name: filters[name]})
    if filters.get("action"):
        found = found.filter(action__startswith=filters["action"])
    if filters.get("reason"):
        found = found.filter(reason__contains=filters["reason"])
    if filters.get("since"):
        found = found.filter(at__gte=_midnight(filters["since"]))
    if filters.get("until"):
        found = found.filter(at__lt=_midnight(filters["until"]) + timedelta(days=1))
    if before.isdigit():
        found = _below(found, int(before[:18]), timed=timed)
    rows = list(found[: PAGE_SIZE + 1])
    more = len(rows) > PAGE_SIZE
    return Page(rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].position if more else None)


def _below(found: QuerySet[AuditEvent], position: int, *, timed: bool) -> QuerySet[AuditEvent]:
    """Return what follows an entry in the order of the search."""
    last = AuditEvent.objects.filter(position=position).first() if timed else None
    if last is None:
        return found.filter(position__lt=position)
    follows = Q(at__lt=last.at) | Q(position__lt=position)
    return found.filter(at__lte=last.at).filter(follows)


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
