"""Scanning again inside (ウイルス検査): before anybody opens a paper, until there is an answer."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from review.attachments.models import Paper
from review.attachments.queries import SCANNED_WITHIN, content_of
from review.cases.models import Case
from review.cases.transitions import write_down
from review.staff.actors import batch
from scanning import ClamdScanner, Outcome, Verdict

log = logging.getLogger(__name__)
ACTOR = batch("scan_papers")
REASON = "添付書類のウイルス検査"
AGAIN = timedelta(minutes=1)
# What the scanner cannot look into is asked about rarely, so that it holds up no other.
RARELY = timedelta(hours=1)


def scan_waiting(*, now: datetime) -> int:
    """Ask about every paper that is due; return how many got a verdict. Bears running twice."""
    judged = 0
    while (got := _scan_one(now)) is not None:
        judged += got
    late = Paper.objects.filter(
        scan=Paper.Scan.WAITING, case__received_at__lt=now - SCANNED_WITHIN
    ).count()
    if late:
        log.error("papers alarm: %d wait for the virus scanner for over 15 minutes", late)
    return judged


def _scan_one(now: datetime) -> bool | None:
    """Ask about one paper; tell whether it got a verdict, None where no more is to be asked."""
    with transaction.atomic():
        due = Paper.objects.select_for_update(skip_locked=True, of=("self",))
        due = due.filter(scan_due_at__lte=now).select_related("case__original")
        paper = due.order_by("scan_due_at").first()
        if paper is None:
            return None
        scanner = ClamdScanner(settings.SCANNER_ADDRESS, seconds=settings.SCANNER_SECONDS)
        verdict = scanner.scan(content_of(paper))
        if verdict.outcome == Outcome.UNSCANNED:
            away = verdict.detail in ("unreachable", "timeout")
            paper.scan_due_at, paper.scan_detail = now + (AGAIN if away else RARELY), verdict.detail
            paper.save(update_fields=["scan_due_at", "scan_detail"])
            return None if away else False
        _judge(paper, verdict, now)
        return True


def _judge(paper: Paper, verdict: Verdict, now: datetime) -> None:
    """Keep the verdict; an infected paper is shut away (隔離) and the case says so."""
    paper.scan, paper.scan_detail = verdict.outcome.value, verdict.detail[:100]
    paper.scanned_at, paper.scan_due_at = now, None
    paper.save()
    case: Case = paper.case
    detail = {"paper": paper.number, "sha256": paper.sha256, "found": verdict.detail}
    write_down(case, f"case.paper_{paper.scan}", by=ACTOR, reason=REASON, now=now, detail=detail)
    if verdict.outcome == Outcome.INFECTED:
        log.error("papers alarm: %s: the scanner found %s", case.subject, verdict.detail)
