"""Batches of the year's run (当初賦課): whatever is confirmed and not finished goes on."""

import time
from datetime import timedelta
from functools import partial

from celery import shared_task
from django.utils import timezone

from review.levy.models import YearRun
from review.levy.year import assess_chunks, finish_run
from review.staff.actors import batch

SLICE = timedelta(seconds=50)


@shared_task(time_limit=int(timedelta(minutes=30).total_seconds()))
def work() -> None:
    """Do a minute's work on each open run; the next call goes on, in this worker or another."""
    now, by = timezone.now(), batch("assess-year")
    open_runs = YearRun.objects.exclude(
        state__in=(YearRun.State.PROPOSED, YearRun.State.DONE, YearRun.State.DROPPED)
    )
    for run in open_runs.order_by("confirmed_at"):
        until = time.monotonic() + SLICE.total_seconds()
        assess_chunks(run, by=by, now=now, go_on=partial(_before, until))
        finish_run(run, by=by, now=now)


def _before(moment: float) -> bool:
    return time.monotonic() < moment
