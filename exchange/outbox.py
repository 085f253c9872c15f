"""Handing over: claimed rows, kept until the peer's signed receipt says they are stored."""

import logging
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from exchange import retry
from exchange.answers import KINDS
from exchange.columns import write_rows
from exchange.errors import Refused
from exchange.models import Attempt, OutboxMessage
from exchange.protocol import BATCH, MAX_BATCH_BYTES, read_receipts, within

logger = logging.getLogger(__name__)
# Longer than a transfer may take: until then nobody else takes the rows, afterwards anybody may.
LEASE = timedelta(seconds=30)
Row = OutboxMessage.State


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
        taken = within(due, MAX_BATCH_BYTES)
        rows = OutboxMessage.objects.filter(pk__in=[message.pk for message in taken])
        rows.update(due_at=now + LEASE, attempts=F("attempts") + 1)
    for message in taken:
        message.due_at, message.attempts = now + LEASE, message.attempts + 1
    return taken


def hand_over(tokens: Iterable[str], *, to: str, now: datetime) -> int:
    """Take a peer's receipts; a message leaves this zone's care only by one of its own digest.

    A receipt that does not hold stops none of the others; it is reported (Refused) at the end.
    """
    receipts = read_receipts(tokens, zone=to)
    with transaction.atomic():
        rows = OutboxMessage.objects.select_for_update().filter(pk__in=receipts.found)
        known = {row.pk: row for row in rows.order_by("pk").defer("sealed")}
        taken = []
        for message_id, (sha256, token) in receipts.found.items():
            row = known.get(message_id)
            if problem := _problem(row, sha256, to):
                receipts.refused.append(problem)
            elif row and row.state != Row.HANDED_OVER:
                row.state, row.handed_over_at = Row.HANDED_OVER, row.handed_over_at or now
                row.hop_receipt, row.last_error = token, ""
                taken.append(row)
        write_rows(taken, ["state", "handed_over_at", "hop_receipt", "last_error"])
        Attempt.objects.bulk_create(
            [Attempt(message_id=row.pk, step="hand_over", at=now, outcome="done") for row in taken]
        )
    for code in receipts.refused:
        logger.error("a receipt of %s was refused: %s", to, code)
    if receipts.refused:
        raise Refused(receipts.refused[0])
    return len(taken)


def _problem(row: OutboxMessage | None, sha256: str, zone: str) -> str:
    """Return what is wrong with a receipt of this digest for this row; empty where it holds."""
    if row is None or row.sha256 != sha256:
        return "receipt_digest_differs"
    # Other zones hand over to the relay; from the relay only the destination itself may take.
    if settings.EXCHANGE.get("forwards") and row.destination != zone:
        return "receipt_not_theirs"
    return ""


def refuse(refused: Mapping[str, str], *, destinations: Iterable[str], now: datetime) -> int:
    """Hand to a person what the peer will never take; only messages for its own side."""
    with transaction.atomic():
        rows = OutboxMessage.objects.select_for_update().filter(
            pk__in=refused, state=Row.DUE, destination__in=list(destinations)
        )
        for row in rows:
            retry.failed(row, step="hand_over", code=refused[str(row.pk)], now=now, permanent=True)
    return len(rows)


def not_taken(claimed: Collection[OutboxMessage], *, now: datetime) -> None:
    """Plan the next attempt for what the peer answered nothing about."""
    with transaction.atomic():
        for row in _still_ours(claimed):
            retry.failed(row, step="hand_over", code="no_receipt", now=now)


def unreachable(claimed: Collection[OutboxMessage], code: str, *, now: datetime) -> None:
    """Let messages wait for a peer that is away; an outage is recorded once for each."""
    outcome = f"unreachable: {code}"[:80]
    with transaction.atomic():
        for row in _still_ours(claimed):
            if row.last_error != outcome:
                Attempt.objects.create(message_id=row.pk, step="hand_over", at=now, outcome=outcome)
            row.last_error, row.due_at = outcome, now + retry.pause_of_outage(row.attempts)
            row.save(update_fields=["last_error", "due_at"])


def count_handed_over(claimed: Iterable[OutboxMessage]) -> int:
    """Return how many of these have left this zone's care."""
    ids = [message.pk for message in claimed]
    return OutboxMessage.objects.filter(pk__in=ids, state=Row.HANDED_OVER).count()


def waiting() -> int:
    """Return how many messages have not left this zone's care."""
    return OutboxMessage.objects.exclude(state=Row.HANDED_OVER).count()


def erase_bodies(*, handed_over_before: datetime, dry_run: bool = False) -> int:
    """Erase the sealed bodies that were handed over before a time; ids and digests stay.

    A zone that wrote a message keeps it until the far end has confirmed it, so that nothing hangs
    on the relay's disk; the relay keeps it until its peer has taken it.
    """
    rows = OutboxMessage.objects.filter(
        state=Row.HANDED_OVER, handed_over_at__lt=handed_over_before, sealed__isnull=False
    )
    if not settings.EXCHANGE.get("forwards"):
        rows = rows.filter(Q(confirmed_at__isnull=False) | Q(kind__in=KINDS))
    return rows.count() if dry_run else rows.update(sealed=None)


def _still_ours(claimed: Collection[OutboxMessage]) -> list[OutboxMessage]:
    """Return the rows under the lease that this worker took; others may have gone on with them."""
    leases = {message.pk: message.due_at for message in claimed}
    rows = OutboxMessage.objects.select_for_update().filter(pk__in=leases, state=Row.DUE)
    return [row for row in rows.order_by("pk") if row.due_at == leases[row.pk]]
