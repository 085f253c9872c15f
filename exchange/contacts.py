"""Signs of life (疎通): when each peer was last heard; a hop that fell silent is an alarm."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from exchange.models import PeerContact

# Zones talk every second; one row a peer is written this often, no more.
NOTED_EVERY = timedelta(seconds=15)
STATEMENT = """
    INSERT INTO exchange_peercontact AS known (peer, seen_at) VALUES (%s, %s)
    ON CONFLICT (peer) DO UPDATE SET seen_at = EXCLUDED.seen_at WHERE known.seen_at < %s
"""


def note(peer: str, *, now: datetime) -> None:
    """Note that a peer has been heard."""
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, [peer, now, now - NOTED_EVERY])


def silences(now: datetime) -> dict[str, int | None]:
    """Return for each peer of this zone the seconds since it was heard; None for never."""
    heard = dict(PeerContact.objects.values_list("peer", "seen_at"))
    return {
        peer: int((now - heard[peer]).total_seconds()) if peer in heard else None
        for peer in sorted(_peers())
    }


def _peers() -> set[str]:
    rights = ("pulls_from", "pushes_to", "pulled_by", "accepts_from")
    return {peer for right in rights for peer in settings.EXCHANGE.get(right, ())}
