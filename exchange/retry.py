"""When to try again: capped backoff with jitter, for about a day, then a person must look."""

import random
from datetime import datetime, timedelta

from exchange.models import Attempt, InboxMessage, OutboxMessage

MAX_ATTEMPTS = 40
LONGEST_PAUSE = timedelta(minutes=40)


def pause_after(attempts: int) -> timedelta:
    """Return the pause after so many failed attempts: 2 s doubling to 40 minutes, ± 20 %."""
    seconds = min(2.0 * 2 ** min(attempts, 20), LONGEST_PAUSE.total_seconds())
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311


def failed(
    message: OutboxMessage | InboxMessage,
    *,
    step: str,
    code: str,
    now: datetime,
    permanent: bool = False,
) -> None:
    """Record a failed attempt and plan the next, or hand the message to a person."""
    message.attempts += 1
    message.last_error = code[:80]
    message.due_at = now + pause_after(message.attempts)
    if permanent or message.attempts >= MAX_ATTEMPTS:
        message.state = type(message).State.NEEDS_PERSON
    message.save(update_fields=["attempts", "last_error", "due_at", "state"])
    Attempt.objects.create(message_id=message.pk, step=step, at=now, outcome=code[:80])
