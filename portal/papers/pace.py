"""How fast a resident may send files: decoding one costs more than a page."""

from datetime import datetime

from portal.models import Resident
from portal.pace import seconds_to_wait


def may_add(resident: Resident, files: int, *, now: datetime) -> bool:
    """Count files sent in this minute; False once they are too many. Shared by all processes."""
    if not files:
        return True
    return not seconds_to_wait(resident, "papers", now=now, more=files)
