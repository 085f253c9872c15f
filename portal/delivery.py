"""When a filing does not get through (連携の遅れ): the resident hears of it within a stated time.

Only of what failed for good, and only if nobody mended it in between: a provisional failure is
tried again and is nobody's worry. The receipt holds throughout, and so does its date.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from exchange.queries import failed_for_good, hop_times
from portal.models import Notice, Submission
from portal.notices import order_notice
from portal.services.events import record

ACTOR = "batch:delivery"


def told_after() -> timedelta:
    """Return how long staff have to mend a failure before the resident is told."""
    return timedelta(hours=settings.DELIVERY_FAILURE_TOLD_AFTER_HOURS)


def is_delayed(submission: Submission, *, now: datetime) -> bool:
    """Tell whether a submission has failed to arrive for longer than the stated time."""
    failed_at = hop_times(submission.message_id)["failed"]
    return failed_at is not None and failed_at < now - told_after()


def tell_of_failures(*, now: datetime) -> int:
    """Order one mail for each submission that failed for good long enough ago; return how many."""
    failed = failed_for_good(before=now - told_after())
    with transaction.atomic():
        submissions = Submission.objects.select_for_update().filter(message_id__in=failed)
        untold = submissions.exclude(notices__kind=Notice.Kind.DELAYED).order_by("pk")
        for submission in (found := list(untold)):
            order_notice(submission, Notice.Kind.DELAYED, now=now)
            record(
                by=ACTOR,
                action="delivery.delay_told",
                subject=f"submission:{submission.receipt_number}",
                now=now,
            )
    return len(found)
