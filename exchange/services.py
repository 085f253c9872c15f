"""Writing messages: `post` inside the caller's transaction, `resend` for a person's button."""

import hashlib
import logging
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction

from exchange import keys
from exchange.envelope import Inner
from exchange.models import CaseSequence, InboxMessage, OutboxMessage
from exchange.protocol import MAX_SEALED_BYTES
from signing.stream import seal_body

logger = logging.getLogger(__name__)


def post(
    *, kind: str, body: bytes, to: str, case_key: str, by: str, now: datetime
) -> OutboxMessage:
    """Seal a message for a zone and put it on the outbox, in the caller's transaction.

    The row is the order to deliver it: nothing else has to happen for it to arrive. `by` is the
    actor in whose name it goes out.
    """
    if to not in settings.EXCHANGE["sends_to"]:
        raise ValueError(f"this zone sends nothing to {to}")
    if not connection.in_atomic_block:
        raise RuntimeError("post() belongs into the transaction of the thing that it reports")
    message_id = uuid4()
    sequence = _next_sequence(to, case_key)
    inner = Inner(kind, case_key, sequence, settings.EXCHANGE["zone"], now, body)
    sealed = seal_body(
        inner.dump(),
        recipient=keys.encryption_key_of(to),
        sender=keys.own_signing_key(),
        message_id=str(message_id),
    )
    if len(sealed) > MAX_SEALED_BYTES:
        raise ValueError("too large to send: no zone would take it")
    message = OutboxMessage.objects.create(
        id=message_id,
        destination=to,
        kind=kind,
        case_key=case_key,
        sequence=sequence,
        sealed=sealed,
        size=len(sealed),
        sha256=hashlib.sha256(sealed).hexdigest(),
        created_at=now,
        due_at=now,
    )
    transaction.on_commit(wake_delivery)
    logger.info("message %s of kind %s posted by %s", message_id, kind, by)
    return message


def resend(message_id: UUID, *, now: datetime) -> bool:
    """Make a message that stopped due again (再送); False where it is not one that stopped.

    The id stays, so that however often it is pressed the far side stores the message once.
    """
    stopped = {"state": "needs_person", "id": message_id}
    fresh = {"due_at": now, "attempts": 0, "last_error": ""}
    sent = OutboxMessage.objects.filter(**stopped).update(
        state=OutboxMessage.State.DUE, failed_at=None, failure_code="", **fresh
    )
    arrived = InboxMessage.objects.filter(**stopped).update(
        state=InboxMessage.State.STORED, **fresh
    )
    return bool(sent or arrived)


def resend_all(message_ids: Iterable[UUID], *, now: datetime) -> int:
    """Make several messages that stopped due again; return how many had stopped."""
    return sum(resend(message_id, now=now) for message_id in message_ids)


def redrive(*, handed_over_before: datetime, now: datetime) -> int:
    """Send again what a peer took long ago and the far end never confirmed; return how many.

    For a relay that lost its disk. The ids stay: what did arrive is recognised and stored no
    second time, so that running this three times changes nothing at the far end.
    """
    return OutboxMessage.objects.filter(
        state=OutboxMessage.State.HANDED_OVER,
        handed_over_at__lt=handed_over_before,
        confirmed_at__isnull=True,
        sealed__isnull=False,
    ).update(state=OutboxMessage.State.DUE, due_at=now, attempts=0, last_error="")


def wake_delivery() -> None:
    """Hint to the worker that there is something to push; the sweep finds it without the hint."""
    from exchange.tasks import push_all

    if not settings.EXCHANGE.get("pushes_to"):
        return
    try:
        push_all.delay()
    except Exception:
        # The broker may be away; that must never undo or delay what has been committed.
        logger.warning("no broker to wake the delivery; the sweep will do it")


def _next_sequence(peer: str, case_key: str) -> int:
    """Return the place of the next message in its case's order; 0 for messages without a case."""
    if not case_key:
        return 0
    key = {"direction": CaseSequence.Direction.OUT, "peer": peer, "case_key": case_key}
    CaseSequence.objects.bulk_create([CaseSequence(**key)], ignore_conflicts=True)
    row = CaseSequence.objects.select_for_update().get(**key)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last
