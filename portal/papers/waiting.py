"""Papers that wait for the scanner (検査待ち): asked about again until it answers."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from portal.models import Paper
from portal.papers.scanner import scanner
from portal.services.events import record
from scanning import Outcome

logger = logging.getLogger(__name__)
ACTOR = "batch:scan_papers"
AGAIN = timedelta(minutes=1)
# What the scanner cannot look into is asked about rarely, so that it holds up no other.
RARELY = timedelta(hours=1)
ALARM = timedelta(minutes=15)


def scan_waiting(*, now: datetime) -> int:
    """Ask about every paper that is due; return how many got a verdict. Bears running twice."""
    judged = 0
    while (outcome := _scan_one(now)) is not None:
        judged += outcome
    late = Paper.objects.filter(scan=Paper.Scan.WAITING, added_at__lt=now - ALARM).count()
    if late:
        logger.error("papers alarm: %d wait for the virus scanner for over 15 minutes", late)
    return judged


def _scan_one(now: datetime) -> bool | None:
    """Ask about one paper; tell whether it got a verdict, None where no more is to be asked."""
    with transaction.atomic():
        due = Paper.objects.select_for_update(skip_locked=True).filter(scan_due_at__lte=now)
        paper = due.order_by("scan_due_at").first()
        if paper is None:
            return None
        verdict = scanner().scan(paper.content)
        if verdict.outcome == Outcome.UNSCANNED:
            away = verdict.detail in ("unreachable", "timeout")
            paper.scan_due_at = now + (AGAIN if away else RARELY)
            paper.save(update_fields=["scan_due_at"])
            return None if away else False
        paper.scan, paper.scanned_at, paper.scan_due_at = verdict.outcome.value, now, None
        if verdict.outcome == Outcome.INFECTED:
            paper.erase()
        paper.save()
        action = f"paper.{verdict.outcome.value}"
        record(by=ACTOR, action=action, subject=f"paper:{paper.pk}", now=now)
        return True
