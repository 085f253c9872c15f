"""Nightly check (夜間処理): lift what was put aside until today, and name what stopped moving."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from review.audit.services import record_by
from review.cases import bodies, dashboard, desk
from review.staff.actors import batch

log = logging.getLogger(__name__)
ACTOR = batch("nightly")


def check(*, now: datetime) -> dict[str, int]:
    """Return how many cases were lifted and how many stand still; both stand in the log."""
    # The parts of the coming year are there before anybody files for it.
    opened = bodies.open_years(timezone.localdate(now))
    released = desk.release_due_holds(by=ACTOR, now=now, today=timezone.localdate(now))
    found = {entry.cause: entry.count for entry in dashboard.stuck(now)}
    counts = {"released": released, "opened_years": len(opened), **found}
    with transaction.atomic():
        record_by(ACTOR, "cases.checked", reason="停滞の点検", now=now, detail=counts)
    if any(found.values()):
        log.warning("cases stand still: %s", found)
    return counts
