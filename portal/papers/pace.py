"""How fast a resident may send files: decoding one costs more than a page."""

from datetime import datetime

from django.core.cache import cache

from portal.models import Resident

MOST_A_MINUTE = 60


def may_add(resident: Resident, files: int, *, now: datetime) -> bool:
    """Count files sent in this minute; False once they are too many. Shared by all processes."""
    if not files:
        return True
    key = f"papers:{resident.pk}:{now:%Y%m%d%H%M}"
    cache.add(key, 0, timeout=120)
    return cache.incr(key, files) <= MOST_A_MINUTE
