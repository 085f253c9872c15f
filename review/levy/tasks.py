"""Batches of the year's tax (賦課): confirmed runs go on; what files say of people is proposed."""

import time
from datetime import timedelta
from functools import partial

from celery import shared_task
from django.utils import timezone

from review.levy.dropouts import propose_dropouts
from review.levy.elsewhere import propose_elsewhere
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


@shared_task
def stop_pensions() -> dict[str, int]:
    """Propose what follows from the month's drop-outs (年金特別徴収の中止)."""
    return propose_dropouts(by=batch("pension-dropouts"), now=timezone.now())


@shared_task
def leave_to_others() -> dict[str, int]:
    """Propose what follows from other municipalities' notices (294条3項の通知)."""
    return propose_elsewhere(by=batch("taxed-elsewhere"), now=timezone.now())


def _before(moment: float) -> bool:
    return time.monotonic() < moment
