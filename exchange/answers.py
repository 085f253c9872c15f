"""What the two ends tell each other (回答): handled, failed for good, asked after, never seen.

These kinds belong to the exchange itself and travel sealed like everything else, so that the
relay cannot tell them from a return. None of them is answered by another of its own, so that two
ends whose keys no longer fit cannot keep each other busy.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from exchange.columns import write_rows
from exchange.errors import Refused
from exchange.models import Attempt, InboxMessage, OutboxMessage
from exchange.protocol import read_receipts, receipt_for
from exchange.services import post

if TYPE_CHECKING:
    from exchange.inbox import Delivery

logger = logging.getLogger(__name__)
ACTOR = "exchange"
RECEIPT, FAILURE, INQUIRY, UNKNOWN = "receipt", "failure", "inquiry", "unknown"
# A message that the far end has not confirmed for so long is asked after, and again later.
ASK_AFTER = timedelta(hours=1)
ASK_AGAIN_AFTER = timedelta(hours=6)
ASKED_AT_ONCE = 100
# More than any batch or inquiry can bring.
RECEIPTS_AT_ONCE = 200
Body = dict[str, Any]


def send_receipts(messages: Sequence[InboxMessage], *, to: str, now: datetime) -> None:
    """Send this zone's signed word that it has handled these messages: one message, a line each."""
    receipts = [receipt_for(one.pk, one.sha256, one.received_at) for one in messages]
    if receipts:
        body = "\n".join(receipts).encode()
        post(kind=RECEIPT, body=body, to=to, case_key="", by=ACTOR, now=now)


def send_failure(message: InboxMessage, *, to: str, now: datetime) -> None:
    """Tell the writer that a person has to look at its message here (最終的な失敗)."""
    about = {"message_id": str(message.pk), "sha256": message.sha256, "code": message.last_error}
    _send(FAILURE, about, to=to, now=now)


def ask_after_unconfirmed(*, now: datetime) -> int:
    """Ask the far ends after what they have not confirmed for long (照会); return how many."""
    silent = OutboxMessage.objects.filter(
        state=OutboxMessage.State.HANDED_OVER,
        handed_over_at__lt=now - ASK_AFTER,
        confirmed_at__isnull=True,
        failed_at__isnull=True,
    ).exclude(kind__in=(*KINDS, ""))
    due = silent.exclude(asked_at__gte=now - ASK_AGAIN_AFTER).order_by("handed_over_at")
    rows = list(due.select_for_update(skip_locked=True).defer("sealed")[:ASKED_AT_ONCE])
    for destination in sorted({row.destination for row in rows}):
        about = {str(row.pk): row.sha256 for row in rows if row.destination == destination}
        _send(INQUIRY, {"messages": about}, to=destination, now=now)
    OutboxMessage.objects.filter(pk__in=[row.pk for row in rows]).update(asked_at=now)
    return len(rows)


def handle(delivery: "Delivery", *, source: str, now: datetime) -> None:
    """Handle a message of one of the exchange's own kinds."""
    KINDS[delivery.kind](delivery, source, now)


def _confirm(delivery: "Delivery", source: str, now: datetime) -> None:
    """Note what the far end has stored and handled of ours: its signed word is kept for each.

    A receipt that does not hold is recorded and stops no other; where none holds, a person looks.
    """
    lines = delivery.body.decode("ascii", "replace").splitlines()
    if len(lines) > RECEIPTS_AT_ONCE:
        raise Refused("malformed")
    receipts = read_receipts(lines, zone=source)
    rows = OutboxMessage.objects.select_for_update().filter(pk__in=receipts.found)
    known = {row.pk: row for row in rows.order_by("pk").defer("sealed")}
    held = []
    for message_id, (sha256, token) in receipts.found.items():
        sent = known.get(message_id)
        if sent is None or sent.sha256 != sha256:
            receipts.refused.append("receipt_digest_differs" if sent else "unknown_message")
        else:
            held.append((sent, token))
    if not held:
        raise Refused(next(iter(receipts.refused), "malformed"))
    _keep_receipts(held, now)
    Attempt.objects.bulk_create(
        [
            Attempt(message_id=delivery.message_id, step="handle", at=now, outcome=code)
            for code in receipts.refused
        ]
    )


def _keep_receipts(held: list[tuple[OutboxMessage, str]], now: datetime) -> None:
    """Keep the first receipt of each message; an earlier failure is over."""
    fresh = [(sent, token) for sent, token in held if sent.confirmed_at is None]
    for sent, token in fresh:
        sent.confirmed_at, sent.final_receipt = now, token
        sent.failed_at, sent.failure_code = None, ""
    write_rows(
        [sent for sent, _ in fresh],
        ["confirmed_at", "final_receipt", "failed_at", "failure_code"],
    )


def _note_failure(delivery: "Delivery", source: str, now: datetime) -> None:
    """Note that the far end cannot handle a message of ours; a person there looks into it."""
    body = _read(delivery)
    sent = _ours(_id(body.get("message_id")))
    if sent.sha256 != body.get("sha256"):
        raise Refused("receipt_digest_differs")
    if sent.confirmed_at is None and sent.failed_at is None:
        sent.failed_at, sent.failure_code = now, str(body.get("code", ""))[:80]
        sent.save(update_fields=["failed_at", "failure_code"])
        Attempt.objects.create(
            message_id=sent.pk, step="far_end", at=now, outcome=sent.failure_code or "failed"
        )


def _answer(delivery: "Delivery", source: str, now: datetime) -> None:
    """Say again what became of the messages asked after: a receipt or a failure may be lost."""
    asked = _read(delivery).get("messages")
    if not isinstance(asked, Mapping) or len(asked) > ASKED_AT_ONCE:
        raise Refused("malformed")
    ids = [_id(one) for one in asked]
    rows = {row.pk: row for row in InboxMessage.objects.filter(pk__in=ids).defer("sealed")}
    if any(row.sha256 != asked[str(row.pk)] for row in rows.values()):
        raise Refused("digest_conflict")
    done = [row for row in rows.values() if row.state == InboxMessage.State.DONE]
    send_receipts(done, to=source, now=now)
    for row in rows.values():
        if row.state == InboxMessage.State.NEEDS_PERSON:
            send_failure(row, to=source, now=now)
    unknown = [str(one) for one in ids if one not in rows]
    if unknown:
        _send(UNKNOWN, {"messages": unknown}, to=source, now=now)


def _send_again(delivery: "Delivery", source: str, now: datetime) -> None:
    """Send again what the far end has never seen, although somebody took it from us."""
    named = _read(delivery).get("messages")
    if not isinstance(named, list) or len(named) > ASKED_AT_ONCE:
        raise Refused("malformed")
    lost = OutboxMessage.objects.filter(
        pk__in=[_id(one) for one in named],
        destination=source,
        state=OutboxMessage.State.HANDED_OVER,
        confirmed_at__isnull=True,
        sealed__isnull=False,
    )
    for pk in list(lost.select_for_update().values_list("pk", flat=True)):
        logger.error("message %s never reached %s; it is sent again", pk, source)
        Attempt.objects.create(message_id=pk, step="far_end", at=now, outcome="never_seen")
    lost.update(state=OutboxMessage.State.DUE, due_at=now, attempts=0, last_error="")


KINDS: dict[str, Callable[["Delivery", str, datetime], None]] = {
    RECEIPT: _confirm,
    FAILURE: _note_failure,
    INQUIRY: _answer,
    UNKNOWN: _send_again,
}


def _send(kind: str, body: Body, *, to: str, now: datetime) -> None:
    post(kind=kind, body=json.dumps(body).encode(), to=to, case_key="", by=ACTOR, now=now)


def _ours(message_id: UUID) -> OutboxMessage:
    sent = OutboxMessage.objects.select_for_update().filter(pk=message_id).first()
    if sent is None:
        raise Refused("unknown_message")
    return sent


def _read(delivery: "Delivery") -> Body:
    try:
        body = json.loads(delivery.body)
    except (ValueError, RecursionError) as error:
        raise Refused("malformed") from error
    if not isinstance(body, dict):
        raise Refused("malformed")
    return body


def _id(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise Refused("malformed") from error
