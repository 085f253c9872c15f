"""Wake-ups for the batches of evidence. The rows are the work orders."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone


@shared_task
def stamp_due() -> int:
    """Ask for the time stamps that are due; return how many came. Nothing without an authority."""
    from review.evidence import stamping

    if not settings.TSA_URL:
        return 0
    return stamping.stamp_due(stamping.configured_client(), now=timezone.now())


@shared_task
def forget_unused() -> int:
    """Erase the lists and anchors on which no verdict rests any more; return how many."""
    from review.evidence import services

    return services.forget_unused()
