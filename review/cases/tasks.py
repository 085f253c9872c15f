"""Wake-ups for the batch that moves cases on. The rows are the work orders, not the messages."""

from celery import shared_task
from django.utils import timezone


@shared_task
def process_due() -> int:
    """Process every case that is due; return how many were moved."""
    from review.cases.processing import process_due_cases

    return process_due_cases(now=timezone.now())
