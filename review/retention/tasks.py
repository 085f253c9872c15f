"""Batches of the retention (保存・消去): the monthly list, what is due, and what did not happen."""

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from review.errors import Refusal
from review.retention import erasing, queries, runs
from review.retention.models import Run
from review.staff.actors import batch

logger = logging.getLogger(__name__)
HOUR = int(timedelta(hours=1).total_seconds())


@shared_task
def propose_monthly() -> None:
    """List what has outlived its period; a person approves it."""
    now = timezone.now()
    if not queries.is_anything_due(timezone.localdate(now)):
        return
    try:
        runs.propose(timezone.localdate(now), by=batch("purge"), now=now)
    except Refusal as refusal:
        logger.warning("no list of erasure this month: %s", refusal.message)


@shared_task(time_limit=HOUR)
def carry_out_due() -> None:
    """Carry out the approved run whose wait is over, or go on with one that was interrupted."""
    now = timezone.now()
    ready = Run.objects.filter(state__in=(Run.State.APPROVED, Run.State.RUNNING))
    for run in ready.filter(not_before__lte=now):
        try:
            erasing.carry_out(run, by=batch("purge"), now=now)
        except Refusal as refusal:
            logger.warning("run %d waits: %s", run.number, refusal.message)


@shared_task
def watch() -> None:
    """Raise an alarm for what is due and nobody has listed, and for leftovers."""
    for alarm in queries.alarms(timezone.now()):
        logger.error("retention alarm %s", alarm)
