"""Wake-ups for imports of documents. What waits stands in the table."""

from celery import shared_task
from django.utils import timezone

from review.staff.actors import batch

# A city's whole file takes a minute; a hundred times the usual limit of a task would hide a fault.
LONGEST_SECONDS = 1_800


@shared_task(time_limit=LONGEST_SECONDS)
def import_waiting() -> int:
    """Import the files that were released; return how many."""
    from review.sources.importing import import_arrival
    from review.sources.models import Arrival
    from review.sources.receiving import waiting

    found = waiting()
    for arrival_id in found:
        arrival = Arrival.objects.get(pk=arrival_id)
        import_arrival(arrival, by=batch("import_sources"), now=timezone.now())
    return len(found)


@shared_task(time_limit=LONGEST_SECONDS)
def link_again() -> int:
    """Link rows whose person has come into the register since."""
    from review.sources import linking

    return linking.link_again(by=batch("link_sources"), now=timezone.now())
