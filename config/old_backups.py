"""Old backups (古いバックアップ): each ends when its days are over, in both places.

Only after a new one was made and read back. Where even the last one before it is too old, nothing
goes: the backups had stopped, or the clock is wrong, and somebody has to look first.
"""

import re
import shutil
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

# As backup.write names them; a copy that was killed half-way ends in .part.
NAME = re.compile(r"([a-z]+)-([0-9]{8}T[0-9]{6})(\.part)?")


def forget(places: Iterable[Path], *, made: Path, now: datetime) -> list[str] | None:
    """Remove this zone's backups whose days are over; return their names, None if held back."""
    lying = [path for place in places if place.is_dir() for path in place.iterdir()]
    days = {path: day for path in lying if (day := _day(path)) and path.name != made.name}
    over = sorted(path for path, day in days.items() if _is_over(day, now))
    if over and _is_over(max(days.values()), now):
        return None
    for path in over:
        shutil.rmtree(path)
    return sorted({path.name for path in over})


def _is_over(day: date, now: datetime) -> bool:
    return timezone.localdate(now) > day + timedelta(days=settings.BACKUPS_KEPT_DAYS)


def _day(path: Path) -> date | None:
    """Return the day on which a backup of this zone was made; None where the folder is none."""
    found = NAME.fullmatch(path.name)
    if not found or found[1] != settings.EXCHANGE["zone"] or not path.is_dir():
        return None
    try:
        made = datetime.strptime(found[2], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return timezone.localdate(made)
