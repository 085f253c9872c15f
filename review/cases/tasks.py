"""Wake-ups for the batch that moves cases on. The rows are the work orders, not the messages."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone


@shared_task
def process_due() -> int:
    """Process every case that is due; return how many were moved."""
    from review.cases.processing import process_due_cases

    return process_due_cases(now=timezone.now())


def wake() -> None:
    """Hint to the worker after the commit. Without a broker the sweep finds the row."""
    transaction.on_commit(process_due.delay, robust=True)
