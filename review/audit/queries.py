"""Reads of the log (操作記録の参照)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

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
    """Return entries newest first, by who, whom, what, why and when."""
    found = AuditEvent.objects.order_by("-position")
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
        found = found.filter(position__lt=int(before[:18]))
    rows = list(found[: PAGE_SIZE + 1])
    more = len(rows) > PAGE_SIZE
    return Page(rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].position if more else None)


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
