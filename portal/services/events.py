"""The portal's record of writes."""

from datetime import datetime
from typing import Any

from exchange.together import LOG, later
from portal.models import Event, Resident


def actor_of(resident: Resident) -> str:
    """Return the name under which a resident's writes are recorded: an id, never the e-mail."""
    return f"resident:{resident.pk}"


def record(*, by: str, action: str, subject: str, now: datetime, **detail: Any) -> Event:
    """Write one entry in the caller's transaction. `detail` holds counts and ids, no contents."""
    event = Event(at=now, actor=by, action=action, subject=subject, detail=detail)
    later(LOG, _write, event)
    return event


def _write(events: list[Event]) -> None:
    Event.objects.bulk_create(events)
