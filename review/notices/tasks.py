"""Batches of notices (通知書の作成と期限): confirmed orders go on, what is late raises an alarm."""

import logging
import time
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from review.notices import counting
from review.notices.models import Order
from review.notices.printing import carry_out
from review.staff.actors import batch

log = logging.getLogger(__name__)
SLICE = timedelta(seconds=50)


@shared_task(time_limit=int(timedelta(minutes=30).total_seconds()))
def work() -> None:
    """Do a minute's work on confirmed orders; the next call goes on, in this worker or another."""
    now, by = timezone.now(), batch("print-notices")
    until = time.monotonic() + SLICE.total_seconds()
    for order in Order.objects.filter(state=Order.State.CONFIRMED).order_by("confirmed_at"):
        if carry_out(order, by=by, now=now, go_on=lambda: time.monotonic() < until):
            counting.count(order.tax_year, now=now)
    counting.count_aged(now=now)


@shared_task
def watch() -> int:
    """Say which notices are past their legal day (通知の期限); return how many kinds are."""
    from review.notices.deadlines import late

    found = late(now=timezone.now())
    for entry in found:
        log.error(
            "%s %s: %d notices not made by %s", entry.tax_year, entry.kind, entry.waiting, entry.due
        )
    return len(found)
