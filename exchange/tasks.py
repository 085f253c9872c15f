"""Hints to the workers. Each may be lost, doubled or late: the rows say what there is to do."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from exchange import alarms, answers, inbox, outbox, reconcile, transfer
from exchange.errors import PeerError
from exchange.forget import forget

logger = logging.getLogger(__name__)
ROUNDS = 50


@shared_task
def pull_all() -> None:
    """Fetch from every peer that this zone pulls from, then handle what came."""
    _each(settings.EXCHANGE.get("pulls_from", {}), "pull", transfer.pull)
    process_inbox()


@shared_task
def push_all() -> None:
    """Hand every peer what is due for it."""
    _each(settings.EXCHANGE.get("pushes_to", {}), "push", transfer.push)


@shared_task
def process_inbox() -> None:
    """Handle what has arrived."""
    inbox.process(timezone.now())


@shared_task
def clean_up() -> dict[str, int]:
    """Erase the sealed bodies that were handed over, or confirmed, long enough ago."""
    kept = settings.EXCHANGE.get("bodies_kept", timedelta(days=30))
    erased = outbox.erase_bodies(handed_over_before=timezone.now() - kept)
    logger.info("%d sealed bodies erased", erased)
    counts = {"bodies": erased}
    if rows_kept := settings.EXCHANGE.get("rows_kept"):
        now = timezone.now()
        forwards = bool(settings.EXCHANGE.get("forwards"))
        counts |= vars(forget(before=now - rows_kept, now=now, forwards=forwards))
    return counts


@shared_task
def watch() -> None:
    """Raise alarms, and ask the far ends after what they have not confirmed for long."""
    now = timezone.now()
    alarms.watch(now)
    with transaction.atomic():
        answers.ask_after_unconfirmed(now=now)


@shared_task
def compare_zones() -> None:
    """Compare the three zones' accounts (突合せ) and keep what differs."""
    reconcile.compare_zones(by="batch:exchange", now=timezone.now())


def _each(peers: dict[str, str], verb: str, work: Callable[[str, datetime], int]) -> None:
    for peer in peers:
        with _alone(f"exchange.{verb}.{peer}") as alone:
            try:
                # A full batch may hide another one behind it; the next beat goes on after these.
                rounds = ROUNDS if alone else 0
                while rounds and work(peer, timezone.now()):
                    rounds -= 1
            except PeerError as error:
                logger.warning("%s %s: %s", verb, peer, error)


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Hold a lock of this name for the block; False where another worker holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])
