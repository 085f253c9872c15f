"""Status from the office (処理状況): the handler of the mailbox's kind "status"."""

import json
from datetime import date, datetime
from typing import Any

from exchange.errors import Refused
from exchange.inbox import Delivery
from portal.amending import counting_of
from portal.models import Notice, StatusMessage, Submission
from portal.notices import order_notice
from portal.services.events import record

# What a resident is written to about: by the state, and by the stage where one state has several.
NOTICE_FOR = {
    "needs_correction": Notice.Kind.NEEDS_CORRECTION,
    "completed": Notice.Kind.COMPLETED,
    "intake_error": Notice.Kind.INTAKE_ERROR,
    "closed": Notice.Kind.CLOSED,
}
NOTICE_FOR_STAGE = {"withdrawn": Notice.Kind.WITHDRAWN, "forwarded": Notice.Kind.FORWARDED}
# More than a filing can go through at once.
MOST = 20
WITHDRAWN = "withdrawn"


def receive_status(delivery: Delivery, *, now: datetime) -> None:
    """Store the statuses of a message once; the newest by sequence says how the submission stands.

    A message brings all that happened to a filing at once, each with its time, in its order.
    """
    about, statuses = _read(delivery)
    submission = Submission.objects.select_for_update().filter(**about).first()
    if submission is None:
        raise Refused("unknown_receipt_number")
    if _is_stored(submission, delivery.sequence):
        return
    if _comes_after_withdrawal(submission, delivery.sequence, statuses):
        raise Refused("case_withdrawn")
    StatusMessage.objects.bulk_create(
        [
            StatusMessage(
                submission=submission,
                sequence=delivery.sequence,
                place=place,
                message_id=delivery.message_id,
                received_at=now,
                **status,
            )
            for place, status in enumerate(statuses)
        ]
    )
    _advance(submission, delivery.sequence, statuses, now)
    for status in statuses:
        record(
            by="exchange:review",
            action="status.received",
            subject=f"submission:{submission.receipt_number}",
            now=now,
            state=status["state"],
            stage=status["stage"],
        )


def _is_stored(submission: Submission, sequence: int) -> bool:
    """Tell whether a status of this number is here: none is whose number is beyond the last."""
    known = StatusMessage.objects.filter(submission=submission, sequence=sequence)
    return sequence <= submission.last_sequence and known.exists()


def _comes_after_withdrawal(
    submission: Submission, sequence: int, statuses: list[dict[str, Any]]
) -> bool:
    """Tell whether these would move a filing that its resident has withdrawn (取下げ済み)."""
    moves = sequence > submission.last_sequence and submission.stage == WITHDRAWN
    return moves and any(status["stage"] != WITHDRAWN for status in statuses)


def _advance(
    submission: Submission, sequence: int, statuses: list[dict[str, Any]], now: datetime
) -> None:
    """Move the submission on; a message that arrives late is kept but does not move it back."""
    if sequence <= submission.last_sequence:
        return
    before = _news_of(submission)
    submission.last_sequence = sequence
    submission.state, submission.stage = statuses[-1]["state"], statuses[-1]["stage"]
    submission.save(update_fields=["last_sequence", "state", "stage"])
    news = _news_of(submission)
    if news and news != before and not _is_superseded(submission):
        order_notice(submission, news, now=now)


def _news_of(submission: Submission) -> str | None:
    """Return the kind of notice that tells how a submission stands, None where none is due."""
    news = NOTICE_FOR_STAGE.get(submission.stage) or NOTICE_FOR.get(submission.state)
    if news == Notice.Kind.INTAKE_ERROR and counting_of(submission.draft):
        # A later return in vain: an accepted one counts, and nothing has to be filed again.
        return Notice.Kind.CLOSED
    return news


def _is_superseded(submission: Submission) -> bool:
    """Tell whether a newer version was filed: what becomes of the old one is no news."""
    newer = Submission.objects.filter(
        filing_id=submission.filing_id, version__gt=submission.version
    )
    return newer.exists()


def _read(delivery: Delivery) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return whose statuses they are, and the statuses; Refused where this zone knows none such."""
    try:
        body = json.loads(delivery.body)
        about = {
            "receipt_number": str(body["receipt_number"]),
            "version": int(body.get("version", 1)),
        }
        # Before there were several to a message, the status stood in the body itself.
        statuses = [_status(entry) for entry in body.get("statuses", [body])]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused("malformed_status") from error
    if not 1 <= len(statuses) <= MOST:
        raise Refused("malformed_status")
    if about["receipt_number"] != delivery.case_key:
        raise Refused("wrong_case_key")
    return about, statuses


def _status(entry: dict[str, Any]) -> dict[str, Any]:
    due = entry.get("due_on")
    return {
        "state": str(Submission.State(entry["state"])),
        "stage": str(entry["stage"])[:24],
        "message": str(entry.get("message", "")),
        "fields": [str(field) for field in entry.get("fields") or []],
        "due_on": date.fromisoformat(due) if due else None,
        "occurred_at": datetime.fromisoformat(entry["occurred_at"]),
    }
