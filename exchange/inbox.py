"""Arrival and processing: stored once per id, handled once, in the order of its case."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from exchange import keys, retry
from exchange.envelope import Inner
from exchange.errors import Refused
from exchange.models import Attempt, CaseSequence, InboxMessage, OutboxMessage
from exchange.protocol import Envelope, check_body, read_receipt, receipt_for
from exchange.services import post
from signing import EnvelopeError, open_sealed

logger = logging.getLogger(__name__)
GAP_PAUSE = timedelta(seconds=5)
ACTOR = "exchange"


@dataclass(frozen=True)
class Delivery:
    """A message as its handler gets it: opened, in order, for the first time."""

    message_id: UUID
    kind: str
    case_key: str
    sequence: int
    body: bytes
    sent_at: datetime
    received_at: datetime
    sealed_sha256: str


def arrive(envelope: Envelope, *, source: str, now: datetime) -> str:
    """Store an envelope and return the signed receipt; the same one twice is stored once.

    In the relay the same transaction puts it on the outbox towards its destination.
    Raises Refused where the envelope is not what its label says, or not for us.
    """
    check_body(envelope)
    forwards = settings.EXCHANGE.get("forwards", False)
    if forwards == (envelope.destination == settings.EXCHANGE["zone"]):
        raise Refused("wrong_destination")
    with transaction.atomic():
        row = InboxMessage(
            id=envelope.id,
            source=source,
            destination=envelope.destination,
            sealed=None if forwards else envelope.sealed,
            size=envelope.size,
            sha256=envelope.sha256,
            created_at=envelope.created_at,
            received_at=now,
            due_at=now,
            state="done" if forwards else "stored",
            done_at=now if forwards else None,
        )
        InboxMessage.objects.bulk_create([row], ignore_conflicts=True)
        stored = InboxMessage.objects.select_for_update().get(pk=envelope.id)
        if stored.sha256 != envelope.sha256:
            raise Refused("digest_conflict")
        if forwards:
            _forward(envelope, now)
        return receipt_for(stored.pk, stored.sha256, stored.received_at)


def _forward(envelope: Envelope, now: datetime) -> None:
    onward = OutboxMessage(
        id=envelope.id,
        destination=envelope.destination,
        sealed=envelope.sealed,
        size=envelope.size,
        sha256=envelope.sha256,
        created_at=envelope.created_at,
        due_at=now,
    )
    OutboxMessage.objects.bulk_create([onward], ignore_conflicts=True)


def process(now: datetime, *, most: int = 100) -> int:
    """Handle what is due, one message a transaction; return how many were handled.

    A message that fails never holds up the others: its own row waits, or goes to a person.
    """
    handled = 0
    for _ in range(most):
        outcome = _process_one(now)
        if outcome is None:
            break
        handled += outcome
    return handled


def _process_one(now: datetime) -> bool | None:
    """Handle one due message; None where none is due, False where it has to wait."""
    with transaction.atomic():
        message = (
            InboxMessage.objects.select_for_update(skip_locked=True)
            .filter(state=InboxMessage.State.STORED, due_at__lte=now)
            .order_by("due_at", "received_at")
            .first()
        )
        if message is None:
            return None
        try:
            with transaction.atomic():
                return _handle(message, now)
        except Refused as error:
            logger.warning("message %s needs a person: %s", message.pk, error.code)
            retry.failed(message, step="handle", code=error.code, now=now, permanent=True)
        except Exception as error:
            # Whatever it is, this message waits and the rest flows; contents stay out of the log.
            logger.error("message %s failed: %s", message.pk, type(error).__name__)
            retry.failed(message, step="handle", code=type(error).__name__, now=now)
        return False


def _handle(message: InboxMessage, now: datetime) -> bool:
    inner = _open(message)
    message.kind, message.case_key, message.sequence = inner.kind, inner.case_key, inner.sequence
    if not _in_order(message, inner, now):
        return False
    delivery = Delivery(
        message_id=message.pk,
        kind=inner.kind,
        case_key=inner.case_key,
        sequence=inner.sequence,
        body=inner.body,
        sent_at=inner.sent_at,
        received_at=message.received_at,
        sealed_sha256=message.sha256,
    )
    if inner.kind == "receipt":
        _confirm(delivery, inner.source, now)
    else:
        _handler(inner.kind)(delivery, now=now)
        receipt = receipt_for(message.pk, message.sha256, message.received_at)
        post(kind="receipt", body=receipt.encode(), to=inner.source, case_key="", by=ACTOR, now=now)
    message.state, message.done_at = InboxMessage.State.DONE, now
    message.sealed, message.last_error = None, ""
    message.save()
    Attempt.objects.create(message_id=message.pk, step="handle", at=now, outcome="done")
    return True


def _open(message: InboxMessage) -> Inner:
    source = settings.EXCHANGE["sends_to"][0]
    try:
        opened = open_sealed(
            bytes(message.sealed or b""),
            recipients=keys.own_encryption_keys(),
            senders=keys.signing_keys_of(source),
            message_id=str(message.pk),
        )
    except EnvelopeError as error:
        raise Refused(error.code) from error
    inner = Inner.load(opened)
    if inner.source != source:
        raise Refused("wrong_source")
    return inner


def _in_order(message: InboxMessage, inner: Inner, now: datetime) -> bool:
    """Let a message through when it is the next of its case; one that came early waits."""
    if not inner.case_key:
        return True
    key = {
        "direction": CaseSequence.Direction.IN,
        "peer": inner.source,
        "case_key": inner.case_key,
    }
    CaseSequence.objects.bulk_create([CaseSequence(**key)], ignore_conflicts=True)
    row = CaseSequence.objects.select_for_update().get(**key)
    if inner.sequence > row.last + 1:
        message.last_error, message.due_at = "sequence_gap", now + GAP_PAUSE
        message.save()
        return False
    if inner.sequence <= row.last:
        raise Refused("sequence_used")
    row.last = inner.sequence
    row.save(update_fields=["last"])
    return True


def _confirm(delivery: Delivery, zone: str, now: datetime) -> None:
    """Note that the far end has stored and handled a message of ours: its signed word is kept."""
    token = delivery.body.decode("ascii", "replace")
    claims = read_receipt(token, zone=zone)
    sent = OutboxMessage.objects.select_for_update().filter(pk=claims["message_id"]).first()
    if sent is None:
        raise Refused("unknown_message")
    if sent.sha256 != claims.get("sha256"):
        raise Refused("receipt_digest_differs")
    if sent.confirmed_at is None:
        sent.confirmed_at, sent.final_receipt = now, token
        sent.save(update_fields=["confirmed_at", "final_receipt"])


def _handler(kind: str) -> Any:
    path = settings.EXCHANGE["handlers"].get(kind)
    if path is None:
        raise Refused("unknown_kind")
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)
