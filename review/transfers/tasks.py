"""Wake-ups for link files. What waits stands in the table."""

from celery import shared_task

from review.staff.actors import batch

# A whole city's file with an entry for each person takes minutes.
LONGEST_SECONDS = 1_800


@shared_task(time_limit=LONGEST_SECONDS)
def make_waiting() -> int:
    """Make the files that are ordered, or go on with them; return how many."""
    from review.transfers import files

    found = files.waiting()
    for file in found:
        files.make(file, by=batch("link_files"))
    return len(found)
