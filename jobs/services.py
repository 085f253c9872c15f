"""Writing runs down (実行の記録). What fails here must not fail the task that it is about."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from jobs.models import Job
from jobs.schedule import OFTEN, Entry

MOST = 400
# What this process wrote last of a frequent task: (when, whether it had succeeded).
_written: dict[str, tuple[datetime, bool]] = {}


def begin(entry: Entry, *, now: datetime) -> None:
    """Note that a task has begun; not for one that runs all the time."""
    if entry.is_often:
        return
    with transaction.atomic():
        job = _locked(entry, now)
        job.begun_at = now
        job.save(update_fields=["begun_at"])


def end(
    entry: Entry, *, succeeded: bool, counts: Any, error: str, seconds: float, now: datetime
) -> None:
    """Note how a task ended."""
    if entry.is_often and _is_known(entry.name, succeeded, now):
        return
    with transaction.atomic():
        job = _locked(entry, now)
        job.begun_at = now - timedelta(seconds=seconds)
        job.ended_at, job.seconds = now, seconds
        if succeeded:
            job.succeeded_at, job.counts, job.error, job.failures = now, small(counts), "", 0
        else:
            job.error, job.failures = error[:80], F("failures") + 1
        job.save()
    _written[entry.name] = (now, succeeded)


def small(counts: Any) -> Any:
    """Return what a task returned if it is a small thing that JSON can hold, else nothing."""
    try:
        return counts if len(json.dumps(counts)) <= MOST else None
    except (TypeError, ValueError):
        return None


def _is_known(name: str, succeeded: bool, now: datetime) -> bool:
    known = _written.get(name)
    return known is not None and known[1] == succeeded and now - known[0] < OFTEN


def _locked(entry: Entry, now: datetime) -> Job:
    job, _new = Job.objects.select_for_update().get_or_create(
        name=entry.name, defaults={"seen_since": now}
    )
    return job
