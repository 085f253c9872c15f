"""Wake-ups for the import of revocation lists. What was taken in stands in the table."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone


@shared_task
def import_arrived() -> int:
    """Import the lists that have arrived; return how many were new."""
    from review.revocation.arrivals import import_folder
    from review.revocation.outcomes import Code
    from review.staff.actors import batch

    outcomes = import_folder(settings.CRLS_DIR, by=batch("import_crl"), now=timezone.now())
    return sum(outcome.code == Code.IMPORTED for outcome in outcomes)
