"""The daily look at the log (操作記録の日次点検): the month's questions, asked next day."""

import logging
from collections import Counter
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from review.audit.analysis import analyse_day

logger = logging.getLogger(__name__)
LONGEST_SECONDS = 1_800


@shared_task(time_limit=LONGEST_SECONDS)
def watch() -> dict[str, int]:
    """Raise an alarm for each question that yesterday's operations raise; return how many."""
    yesterday = timezone.localdate() - timedelta(days=1)
    found: Counter[str] = Counter()
    for finding in analyse_day(yesterday):
        found[finding.kind] += 1
        logger.error(
            "audit alarm %s: %s, %d times on %s",
            finding.kind,
            finding.actor,
            finding.count,
            yesterday,
        )
    return dict(found)
