"""Wake-ups for the scanner's batch. The rows are the work orders, not the messages."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone


@shared_task
def scan_waiting() -> int:
    """Ask the scanner about every paper that is due; return how many got a verdict."""
    from review.attachments.scanning import scan_waiting

    return scan_waiting(now=timezone.now())


def wake() -> None:
    """Hint to the worker after the commit. Without a broker the sweep finds the row."""
    transaction.on_commit(scan_waiting.delay, robust=True)
