"""Batches of the retention (保存・消去): the monthly list, what is due, and what did not happen."""

import logging
from datetime import date, datetime, time, timedelta

from celery import shared_task
from django.utils import timezone

from config.sessions import expired
from exchange.forget import forget
from jobs import queries as jobs
from review.errors import Refusal
from review.intermediate import results as inquiry_results
from review.retention import erasing, folders, queries, runs
from review.retention.alarms import alarms
from review.retention.models import Run
from review.retention.periods import load_periods
from review.staff.actors import batch

logger = logging.getLogger(__name__)
HOUR = int(timedelta(hours=1).total_seconds())


@shared_task
def propose_monthly() -> dict[str, int]:
    """List what has outlived its period; a person approves it."""
    now = timezone.now()
    if not queries.is_anything_due(timezone.localdate(now)):
        return {}
    try:
        run = runs.propose(timezone.localdate(now), by=batch("purge"), now=now)
    except Refusal as refusal:
        logger.warning("no list of erasure this month: %s", refusal.message)
        return {}
    return {"run": run.number, **run.counts}


@shared_task(time_limit=HOUR)
def carry_out_due() -> list[int]:
    """Carry out the approved run whose wait is over, or go on with one that was interrupted."""
    now = timezone.now()
    done = []
    ready = Run.objects.filter(state__in=(Run.State.APPROVED, Run.State.RUNNING))
    for run in ready.filter(not_before__lte=now):
        try:
            erasing.carry_out(run, by=batch("purge"), now=now)
            done.append(run.number)
        except Refusal as refusal:
            logger.warning("run %d waits: %s", run.number, refusal.message)
    return done


@shared_task
def watch() -> dict[str, int]:
    """Raise an alarm for what is due and nobody has listed, for leftovers, and for late tasks."""
    now = timezone.now()
    found, late = alarms(now), jobs.late(now)
    for alarm in found:
        logger.error("retention alarm %s", alarm)
    for one in late:
        logger.error("job alarm: %s has not run as it should", one.name)
    return {"alarms": len(found), "late": len(late)}


@shared_task
def forget_ended() -> dict[str, int]:
    """Erase ended sessions, and inquiry results, files and messages whose days are over."""
    now, by, periods = timezone.now(), batch("purge"), load_periods()

    def last(kind: str) -> date | None:
        period = periods.get(kind)
        return period.last_event_over(timezone.localdate(now)) if period else None

    return {
        "sessions": expired(now).delete()[0],
        "inquiry_results": inquiry_results.forget(last("inquiry-results"), by=by, now=now),
        "print_files": folders.forget(folders.PRINT, last("print-data"), by=by, now=now),
        "messages": _forget_messages(last("own-message-ids"), now),
        "link_files": folders.forget(folders.LINK, last("link-data"), by=by, now=now),
    }


def _forget_messages(last: date | None, now: datetime) -> int:
    """Erase ids and digests of messages that both ends were done with by a day (`last`)."""
    if last is None:
        return 0
    before = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    return sum(vars(forget(before=before, now=now, forwards=False)).values())
