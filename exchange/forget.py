"""Forgetting (記録の消去): the ids and digests themselves go, long after both ends agreed.

A message is recognised as a second one only as long as its row stands, so the period must be far
longer than anybody could still bring it again.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from exchange.answers import KINDS
from exchange.models import Attempt, Comparison, InboxMessage, OutboxMessage, SeenAssertion

CHUNK = 5_000


@dataclass
class Forgotten:
    """How many rows went, or would go."""

    sent: int = 0
    received: int = 0
    attempts: int = 0
    comparisons: int = 0
    assertions: int = 0


def forget(*, before: datetime, now: datetime, forwards: bool, dry_run: bool = False) -> Forgotten:
    """Erase the rows of messages that were done with before a time; nothing that still waits.

    A writer forgets what the far end has confirmed, a relay (`forwards`) what its peer has taken.
    """
    sent = OutboxMessage.objects.filter(
        state=OutboxMessage.State.HANDED_OVER, handed_over_at__lt=before
    )
    if not forwards:
        sent = sent.filter(Q(confirmed_at__lt=before) | Q(kind__in=KINDS))
    received = InboxMessage.objects.filter(state=InboxMessage.State.DONE, done_at__lt=before)
    # Attempts of messages that still wait stay with them.
    waiting = (
        InboxMessage.objects.exclude(state="done")
        .values("pk")
        .union(OutboxMessage.objects.exclude(state="handed_over").values("pk"))
    )
    attempts = Attempt.objects.filter(at__lt=before).exclude(message_id__in=waiting)
    return Forgotten(
        attempts=_erase(attempts, dry_run),
        sent=_erase(sent, dry_run),
        received=_erase(received, dry_run),
        comparisons=_erase(Comparison.objects.filter(at__lt=before), dry_run),
        assertions=_erase(SeenAssertion.objects.filter(expires_at__lt=now), dry_run),
    )


def _erase(rows: QuerySet, dry_run: bool) -> int:
    """Erase in chunks, each a short transaction, so that no lock is held for long."""
    if dry_run:
        return rows.count()
    erased = 0
    while True:
        with transaction.atomic():
            pks = list(rows.values_list("pk", flat=True)[:CHUNK])
            erased += rows.model._default_manager.filter(pk__in=pks).delete()[0]
        if len(pks) < CHUNK:
            return erased
