"""Status from the office (処理状況): the handler of the mailbox's kind "status"."""

import json
from datetime import date, datetime
from typing import Any

from exchange.errors import Refused
from exchange.inbox import Delivery
from portal.models import StatusMessage, Submission
from portal.notices import order_notice
from portal.services.events import record

NOTICE_FOR = {"needs_correction": "needs_correction", "completed": "completed", "closed": "closed"}


def receive_status(delivery: Delivery, *, now: datetime) -> None:
    """Store a status once, and let the newest by sequence say how the submission stands."""
    body = _read(delivery)
    submission = (
        Submission.objects.select_for_update()
        .filter(receipt_number=body["receipt_number"], version=body["version"])
        .first()
    )
    if submission is None:
        raise Refused("unknown_receipt_number")
    known = StatusMessage.objects.filter(submission=submission, sequence=delivery.sequence)
    if known.exists():
        return
    StatusMessage.objects.create(
        submission=submission,
        sequence=delivery.sequence,
        message_id=delivery.message_id,
        received_at=now,
        **{name: body[name] for name in _FIELDS},
    )
    _advance(submission, delivery.sequence, body, now)
    record(
        by="exchange:review",
        action="status.received",
        subject=f"submission:{submission.receipt_number}",
        now=now,
        state=body["state"],
        stage=body["stage"],
    )


_FIELDS = ("state", "stage", "message", "fields", "due_on", "occurred_at")


def _advance(submission: Submission, sequence: int, body: dict[str, Any], now: datetime) -> None:
    """Move the submission on; a status that arrives late is kept but does not move it back."""
    if sequence <= submission.last_sequence:
        return
    changed = body["state"] != submission.state
    submission.last_sequence = sequence
    submission.state, submission.stage = body["state"], body["stage"]
    submission.save(update_fields=["last_sequence", "state", "stage"])
    if changed and body["state"] in NOTICE_FOR and not _is_superseded(submission):
        order_notice(submission, NOTICE_FOR[body["state"]], now=now)


def _is_superseded(submission: Submission) -> bool:
    """Tell whether a newer version was filed: what becomes of the old one is no news."""
    newer = Submission.objects.filter(
        filing_id=submission.filing_id, version__gt=submission.version
    )
    return newer.exists()


def _read(delivery: Delivery) -> dict[str, Any]:
    """Return the status's fields; Refused where the message is none that this zone knows."""
    try:
        body = json.loads(delivery.body)
        due = body.get("due_on")
        status = {
            "receipt_number": str(body["receipt_number"]),
            "version": int(body.get("version", 1)),
            "state": str(Submission.State(body["state"])),
            "stage": str(body["stage"])[:24],
            "message": str(body.get("message", "")),
            "fields": [str(field) for field in body.get("fields") or []],
            "due_on": date.fromisoformat(due) if due else None,
            "occurred_at": datetime.fromisoformat(body["occurred_at"]),
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused("malformed_status") from error
    if status["receipt_number"] != delivery.case_key:
        raise Refused("wrong_case_key")
    return status
