"""Daily work on the register: 統合宛名番号 is checked, and a missed comparison raises an alarm."""

import logging

from celery import shared_task
from django.utils import timezone

from review.staff.actors import batch

log = logging.getLogger(__name__)


@shared_task
def watch() -> int:
    """Check the pairs of numbers, say what is overdue; return how many pairs are broken."""
    from review.addressees import relations, residents

    now = timezone.now()
    if residents.missed(now=now):
        log.error("the monthly comparison with 住基 was missed")
    run = relations.check_unified(by=batch("check_unified"), now=now)
    if run.findings:
        log.error("統合宛名番号: %d pairs are inconsistent", len(run.findings))
    return len(run.findings)
