"""Handing over: claimed rows, kept until the peer's signed receipt says they are stored."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from exchange.errors import Refused
from exchange.models import Attempt, OutboxMessage
from exchange.protocol import BATCH, MAX_BATCH_BYTES, read_receipt

logger = logging.getLogger(__name__)
# Longer than a transfer may take: until then nobody else takes the rows, afterwards anybody may.
LEASE = timedelta(seconds=30)


def claim(destinations: Iterable[str], *, now: datetime) -> list[OutboxMessage]:
    """Take the due messages for these destinations under a lease; two workers never share one."""
    with transaction.atomic():
        due = list(
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(
                state=OutboxMessage.State.DUE, due_at__lte=now, destination__in=list(destinations)
            )
            .order_by("due_at", "created_at")[:BATCH]
        )
        taken = _within(due, MAX_BATCH_BYTES)
        ids = [message.pk for message in taken]
        OutboxMessage.objects.filter(pk__in=ids).update(due_at=now + LEASE)
    return taken


def hand_over(tokens: Iterable[str], *, to: str, now: datetime) -> int:
    """Take a peer's receipts; a message leaves this zone's care only by one of its own digest."""
    count = 0
    for token in tokens:
        claims = read_receipt(token, zone=to)
        with transaction.atomic():
            row = OutboxMessage.objects.select_for_update().filter(pk=claims["message_id"]).first()
            if row is None or row.sha256 != claims.get("sha256"):
                raise Refused("receipt_digest_differs")
            if row.handed_over_at is None:
                row.state, row.handed_over_at = OutboxMessage.State.HANDED_OVER, now
                row.hop_receipt, row.last_error = token, ""
                row.save(update_fields=["state", "handed_over_at", "hop_receipt", "last_error"])
                Attempt.objects.create(message_id=row.pk, step="hand_over", at=now, outcome="done")
                count += 1
    return count


def release(
    messages: Iterable[OutboxMessage], code: str, *, now: datetime, permanent: bool
) -> None:
    """Record that a hand-over failed and when it is tried again."""
    from exchange import retry

    for message in messages:
        retry.failed(message, step="hand_over", code=code, now=now, permanent=permanent)


def erase_bodies(*, handed_over_before: datetime) -> int:
    """Erase the sealed bodies that were handed over before a time; ids and digests stay."""
    return OutboxMessage.objects.filter(
        handed_over_at__lt=handed_over_before, sealed__isnull=False
    ).update(sealed=None)


def _within(messages: list[OutboxMessage], limit: int) -> list[OutboxMessage]:
    taken: list[OutboxMessage] = []
    for message in messages:
        limit -= message.size
        if taken and limit < 0:
            break
        taken.append(message)
    return taken
