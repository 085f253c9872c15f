"""Hints for workers: each calls one service, and may run twice or not at all."""

import logging

from celery import shared_task
from django.utils import timezone

from portal import delivery, notices, pace
from portal.mails import sending
from portal.papers import waiting
from portal.services import reminders, retention

logger = logging.getLogger(__name__)


@shared_task
def send_notices() -> int:
    return notices.send_due(timezone.now())


@shared_task
def send_account_mails() -> int:
    return sending.send_due(timezone.now())


@shared_task
def tell_of_failures() -> int:
    return delivery.tell_of_failures(now=timezone.now())


@shared_task
def scan_papers() -> int:
    return waiting.scan_waiting(now=timezone.now())


@shared_task
def remind() -> int:
    return reminders.remind(now=timezone.now())


@shared_task
def warn_of_erasure() -> int:
    return retention.warn(now=timezone.now())


@shared_task
def purge() -> dict[str, int]:
    now = timezone.now()
    erased = retention.purge(timezone.localdate(now), dry_run=False, now=now)
    if erased.undelivered:
        logger.error("purge: %d filings past their period are undelivered", len(erased.undelivered))
    pace.forget(now=now)
    return {name: n if isinstance(n, int) else len(n) for name, n in vars(erased).items()}
