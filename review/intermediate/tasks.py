"""Batches beside the intermediate server (中間サーバー): orders out, answers and results in."""

from celery import shared_task
from django.utils import timezone

from review.intermediate import deletions, results
from review.staff.actors import batch


@shared_task
def exchange_files() -> dict[str, int]:
    """Tell what waits, and take what came."""
    by, now = batch("intermediate"), timezone.now()
    told = deletions.tell(by=by, now=now)
    answered = deletions.take_answers(by=by, now=now)
    return {"told": told, **answered, "results": results.take(by=by, now=now)["taken"]}
