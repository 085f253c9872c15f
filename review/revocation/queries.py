"""What is known of the revocation data (失効情報の状況)."""

from datetime import datetime
from typing import Any

from review.revocation.models import RevocationList


def newest_import() -> datetime | None:
    """Return when a list was last taken in."""
    rows = RevocationList.objects.order_by("-imported_at")
    return rows.values_list("imported_at", flat=True).first()


def current_lists(now: datetime) -> list[dict[str, Any]]:
    """Return the current list of each authority and scope, and whether it is still fresh."""
    lists = RevocationList.objects.filter(superseded_at__isnull=True).defer("raw")
    return [
        {
            "issuer": one.issuer_key_id,
            "number": int(one.number),
            "this_update": one.this_update,
            "next_update": one.next_update,
            "entries": one.entry_count,
            "origin": one.origin,
            "imported_at": one.imported_at,
            "fresh": one.next_update is not None and now <= one.next_update,
        }
        for one in lists.order_by("issuer_key_id", "scope")
    ]
