"""Wake-ups about staff accounts."""

from celery import shared_task
from django.utils import timezone

from review.staff.actors import batch


@shared_task
def end_expired() -> int:
    """Write down the sessions that ran out; return how many."""
    from review.staff import services

    return services.end_expired(by=batch("sessions"), now=timezone.now())
