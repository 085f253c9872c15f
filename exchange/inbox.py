"""Arrival and processing: stored once per id, handled once, in the order of its case."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from exchange import answers, keys, retry
from exchange.envelope import Inner
from exchange.errors import Refused
from exchange.models import Attempt, CaseSequence, InboxMessage, OutboxMessage
from exchange.protocol import Envelope, check_body, receipt_for
from signing import EnvelopeError
from signing.stream import open_body

logger = logging.getLogger(__name__)
GAP_PAUSE = timedelta(seconds=5)
GAP = "sequence_gap"
# Longer than a batch may take; what a killed worker had taken is due again afterwards.
LEASE = timedelta(seconds=60)
BATCH = 20
# Brought again so long after it went on, a message is meant: its destination has lost it.
MEANT_AFTER = timedelta(minutes=30)


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


@dataclass
class Arrivals:
    """What became of a batch: receipts for what is stored, codes for what never will be."""

    receipts: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def arrive_all(envelopes: Iterable[Envelope], *, source: str, now: datetime) -> Arrivals:
    """Store a batch, each message for itself: one that is refused or fails stops no other."""
    found = Arrivals()
    for envelope in envelopes:
        try:
            found.receipts.append(arrive(envelope, source=source, now=now))
        except Refused as error:
            logger.error("envelope %s from %s refused: %s", envelope.id, source, error.code)
            found.refused[str(envelope.id)] = error.code
            Attempt.objects.create(
                message_id=envelope.id, step="arrive", at=now, outcome=error.code
            )
        except (OperationalError, InterfaceError):
            # The database itself is away: nothing more can be stored now, the peer keeps it all.
            raise
        except Exception as error:
            # Neither receipt nor refusal: the peer keeps the message and brings it again.
            logger.error("envelope %s failed: %s", envelope.id, type(error).__name__)
    return found


def arrive(envelope: Envelope, *, source: str, now: datetime) -> str:
    """Store an envelope and return the signed receipt; the same one twice is stored once.

    In the relay the same transaction puts it on the outbox towards its destination.
    Raises Refused where the envelope is not what its label says, or not for us.
    """
    check_body(envelope)
    forwards = settings.EXCHANGE.get("forwards", False)
    if envelope.destination not in _destinations_from(source):
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


def _destinations_from(source: str) -> set[str]:
    """Return where a peer may send: to this zone itself, through a relay to its other peers."""
    exchange = settings.EXCHANGE
    if not exchange.get("forwards"):
        return {exchange["zone"]}
    rights = ("pulls_from", "pushes_to", "pulled_by", "accepts_from")
    return {peer for right in rights for peer in exchange.get(right, ())} - {source}


def _forward(envelope: Envelope, now: datetime) -> None:
    """Put a message on its way to the other peer; one that is brought again much later, again.

    The destination stores an id once, so that a second journey does no harm.
    """
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
    OutboxMessage.objects.filter(
        pk=envelope.id,
        state=OutboxMessage.State.HANDED_OVER,
        handed_over_at__lt=now - MEANT_AFTER,
    ).update(
        state=OutboxMessage.State.DUE,
        sealed=envelope.sealed,
        due_at=now,
        attempts=0,
    )


def process(now: datetime, *, most: int = 100) -> int:
    """Handle what is due, one message a transaction; return how many were handled.

    A message that fails never holds up the others: its own row waits, or goes to a person.
    """
    handled = taken = 0
    while taken < most and (claimed := _claim(now, min(BATCH, most - taken))):
        taken += len(claimed)
        handled += sum(_process_one(message_id, now) for message_id in claimed)
    return handled


def _claim(now: datetime, most: int) -> list[UUID]:
    """Take due messages under a lease and count the attempt before it begins.

    A message that kills its worker has been counted all the same, and waits longer each time.
    """
    with transaction.atomic():
        due = InboxMessage.objects.select_for_update(skip_locked=True).filter(
            state=InboxMessage.State.STORED, due_at__lte=now
        )
        order = ("due_at", "received_at", "created_at")
        rows = list(due.order_by(*order).defer("sealed")[:most])
        worn_out = [row for row in rows if row.attempts >= retry.MAX_ATTEMPTS]
        for row in worn_out:
            _failed(row, "worn_out", now=now, permanent=True)
        ids = [row.pk for row in rows if row not in worn_out]
        InboxMessage.objects.filter(pk__in=ids).update(
            due_at=now + LEASE, attempts=F("attempts") + 1
        )
    return ids


def _process_one(message_id: UUID, now: datetime) -> bool:
    """Handle one claimed message; False where it waits, or another worker has it by now."""
    with transaction.atomic():
        message = (
            InboxMessage.objects.select_for_update(skip_locked=True)
            .filter(pk=message_id, state=InboxMessage.State.STORED, due_at=now + LEASE)
            .first()
        )
        if message is None:
            return False
        try:
            with transaction.atomic():
                return _handle(message, now)
        except Refused as error:
            logger.warning("message %s needs a person: %s", message.pk, error.code)
            _failed(message, error.code, now=now, permanent=True)
        except Exception as error:
            # Whatever it is, this message waits and the rest flows; contents stay out of the log.
            logger.error("message %s failed: %s", message.pk, type(error).__name__)
            _failed(message, type(error).__name__, now=now)
        return False


def _failed(message: InboxMessage, code: str, *, now: datetime, permanent: bool = False) -> None:
    """Record a failed attempt; when it was the last one, the writer is told.

    Only of what could be opened: an answer to what nobody can read might never end.
    """
    retry.failed(message, step="handle", code=code, now=now, permanent=permanent)
    stopped = message.state == InboxMessage.State.NEEDS_PERSON
    if stopped and message.kind and message.kind not in answers.KINDS:
        answers.send_failure(message, to=settings.EXCHANGE["sends_to"][0], now=now)


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
    if inner.kind in answers.KINDS:
        answers.handle(delivery, source=inner.source, now=now)
    else:
        _handler(inner.kind)(delivery, now=now)
        answers.send_receipt(message, to=inner.source, now=now)
    message.state, message.done_at = InboxMessage.State.DONE, now
    message.sealed, message.last_error = None, ""
    message.save()
    Attempt.objects.create(message_id=message.pk, step="handle", at=now, outcome="done")
    _wake_next(inner, now)
    return True


def _wake_next(inner: Inner, now: datetime) -> None:
    """Make due what came early in this case: its turn may be now.

    A row that another worker holds is left to it: that worker waits for this case's order, which
    this transaction holds, and will see it as it is afterwards.
    """
    if not inner.case_key:
        return
    early = InboxMessage.objects.select_for_update(skip_locked=True).filter(
        state=InboxMessage.State.STORED, case_key=inner.case_key, last_error=GAP
    )
    ids = list(early.values_list("pk", flat=True))
    if ids:
        InboxMessage.objects.filter(pk__in=ids).update(due_at=now)


def _open(message: InboxMessage) -> Inner:
    source = settings.EXCHANGE["sends_to"][0]
    try:
        opened = open_body(
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
        # Waiting for another message is no failure of this one.
        message.attempts -= 1
        message.last_error, message.due_at = GAP, now + GAP_PAUSE
        message.save()
        return False
    if inner.sequence <= row.last:
        raise Refused("sequence_used")
    row.last = inner.sequence
    row.save(update_fields=["last"])
    return True


def _handler(kind: str) -> Any:
    path = settings.EXCHANGE["handlers"].get(kind)
    if path is None:
        raise Refused("unknown_kind")
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)
