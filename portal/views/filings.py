"""After submission: receipt, my filings, one filing with its time line, the copy."""

from typing import Any
from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from filing.calendar import filing_deadline
from portal import years
from portal.amending import (
    ACCEPTED,
    BEFORE_ACCEPTANCE,
    WITHOUT_EFFECT,
    counting_of,
    follower_of,
    may_amend,
    may_file_again,
    may_file_later,
    request_for,
)
from portal.copies.due import days_to_pay
from portal.delivery import is_delayed
from portal.interview.model import Situation
from portal.interview.summary import blocks
from portal.models import Draft, StatusMessage, Submission
from portal.papers.queries import papers_of
from portal.queries import own_drafts, own_submission, own_submissions, person_of, versions_of
from portal.timeline import timeline
from portal.views.access import personal, resident_of

# How the status badge looks for each of the five words.
STATE_KINDS = {
    "processing": "info",
    "needs_correction": "warning",
    "completed": "success",
    "closed": "neutral",
    "intake_error": "error",
}
# The mask that is best for nearly all of these texts. To try all eight takes five times as long,
# and a reader is told in the code which one it is.
QR_MASK = 2


@require_safe
@personal
def filings(request: HttpRequest) -> HttpResponse:
    own = own_submissions(resident_of(request))
    replaced = _replaced(own)
    mine = [
        {
            "filed": filed,
            "year": years.title_of(filed.tax_year),
            "kind": STATE_KINDS[filed.state],
            "person": person_of(filed),
            "is_replaced": filed.pk in replaced,
            "asked": _asked(filed),
        }
        for filed in own
    ]
    drafts = [
        (draft, years.title_of(draft.tax_year), person_of(draft))
        for draft in own_drafts(resident_of(request))
    ]
    return render(request, "portal/filings.html", {"submissions": mine, "drafts": drafts})


def _asked(newest: Submission) -> StatusMessage | None:
    """Return the correction request that waits; who withdraws is asked for nothing."""
    return None if newest.withdrawal_asked_at else request_for(newest)


def _replaced(own: list[Submission]) -> set[UUID]:
    """Return the accepted returns in whose place a later one counts; the newest come first."""
    counting: set[UUID] = set()
    replaced: set[UUID] = set()
    for submission in own:
        if submission.stage in ACCEPTED and submission.draft_id in counting:
            replaced.add(submission.pk)
        elif submission.stage in ACCEPTED:
            counting.add(submission.draft_id)
    return replaced


@require_safe
@personal
def filing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show how a submission stands: the word, the way so far with times, the office's messages."""
    submission = own_submission(resident_of(request), pk)
    others = versions_of(submission)
    today = timezone.localdate()
    being_amended = submission.draft.state == Draft.State.OPEN
    accepted = submission.stage in ACCEPTED
    newer = next((s for s in others if s.version > submission.version), None)
    # What is asked stands above with its button, and is not told again among the messages.
    asked = None if newer else _asked(submission)
    words = {
        "submission": submission,
        "tax_year_title": years.title_of(submission.tax_year),
        "acts_for": person_of(submission),
        "kind": STATE_KINDS[submission.state],
        "due": [] if submission.erased_at else days_to_pay(submission),
        "timeline": timeline(submission),
        "delayed": is_delayed(submission, now=timezone.now()),
        "asked": asked,
        "messages_received": [s for s in submission.statuses.all() if s.message and s != asked],
        "other_versions": others,
        "newer": newer,
        "follower": _follower(submission),
        "being_amended": being_amended,
        "may_amend": may_amend(submission),
        "may_still_withdraw": submission.stage in BEFORE_ACCEPTANCE,
        "may_file_again": may_file_again(submission, today=today),
        # One that was begun in time may be finished: the office judges how late it came.
        "may_file_later": may_file_later(submission, today=today) or (accepted and being_amended),
        "year_over": years.if_over(submission.tax_year, today),
        "accepted": accepted,
        "counting": None if accepted else counting_of(submission.draft),
        "deadline": filing_deadline(submission.tax_year),
    }
    return render(request, "portal/filing.html", words)


def _follower(submission: Submission) -> dict[str, Any] | None:
    """Return the later return (後の申告), and which of the two counts, "" before that is known."""
    follower = follower_of(submission)
    if follower is None:
        return None
    counts = "later" if follower.stage in ACCEPTED else ""
    if follower.stage in WITHOUT_EFFECT and submission.stage in ACCEPTED:
        counts = "earlier"
    return {"submission": follower, "counts": counts}


@require_safe
@personal
def receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the receipt; it can be reloaded and printed for ever."""
    submission = own_submission(resident_of(request), pk)
    words = {
        "submission": submission,
        "tax_year_title": years.title_of(submission.tax_year),
        "acts_for": person_of(submission),
        "qr": _qr(submission),
        "due": [] if submission.erased_at else days_to_pay(submission),
        "papers": papers_of(submission),
    }
    return render(request, "portal/receipt.html", words)


def _qr(submission: Submission) -> str:
    """Return the QR code as an image address: number, time and digest, nothing of the person."""
    text = "\n".join(
        [submission.receipt_number, submission.submitted_at.isoformat(), submission.sha256]
    )
    code = segno.make(text, error="m", micro=False, mask=QR_MASK)
    return code.svg_data_uri(scale=4, border=4, light="#fff")


@require_safe
@personal
def copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what was filed, without numbers, as long as it is held."""
    submission = own_submission(resident_of(request), pk)
    held = not submission.erased_at
    situation = Situation(submission.content, submission.tax_year) if held else None
    words = {
        "submission": submission,
        "tax_year_title": years.title_of(submission.tax_year),
        "blocks": blocks(situation) if situation else [],
        "due": days_to_pay(submission) if held else [],
        "papers": papers_of(submission),
    }
    return render(request, "portal/copy.html", words)
