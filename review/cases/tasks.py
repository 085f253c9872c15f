"""Wake-ups for the batch that moves cases on. The rows are the work orders, not the messages."""

from celery import shared_task
from django.utils import timezone

from exchange import hints


@shared_task
def process_due() -> int:
    """Process every case that is due; return how many were moved."""
    from review.cases.processing import process_due_cases

    return process_due_cases(now=timezone.now())


@shared_task
def forget_lists() -> int:
    """Remove the revocation lists on which nothing rests any more; return how many."""
    from datetime import timedelta

    from django.conf import settings

    from review.cases.held import lists_in_use
    from review.revocation.keeping import forget_unused
    from review.staff.actors import batch

    kept = timedelta(days=settings.REVOCATION_UNUSED_KEPT_DAYS)
    used = lists_in_use()
    return forget_unused(used, kept=kept, by=batch("forget_lists"), now=timezone.now())[0]


@shared_task
def nightly() -> dict[str, int]:
    """Lift what was put aside until today and count what stands still."""
    from review.cases.nightly import check

    return check(now=timezone.now())


def wake() -> None:
    """Hint to the worker after the commit. Without a broker the sweep finds the row."""
    hints.after_commit(process_due)
