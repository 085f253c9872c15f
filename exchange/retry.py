"""When to try again: capped backoff with jitter, for about a day, then a person must look."""

import random
from datetime import datetime, timedelta

from exchange.models import Attempt, InboxMessage, OutboxMessage

MAX_ATTEMPTS = 40
LONGEST_PAUSE = timedelta(minutes=40)
# A peer that is away is no message's fault: they wait for it as long as it takes, and go soon
# after it is back.
UNREACHABLE_PAUSE = timedelta(seconds=30)


def pause_after(attempts: int) -> timedelta:
    """Return the pause after so many failed attempts: 2 s doubling to 40 minutes, ± 20 %."""
    return _jitter(min(timedelta(seconds=2 * 2 ** min(attempts, 20)), LONGEST_PAUSE))


def pause_of_outage(attempts: int) -> timedelta:
    """Return the pause while a peer does not answer: 2 s doubling to 30 s, ± 20 %."""
    return min(pause_after(attempts), _jitter(UNREACHABLE_PAUSE))


def _jitter(pause: timedelta) -> timedelta:
    return pause * random.uniform(0.8, 1.2)  # noqa: S311


def failed(
    message: OutboxMessage | InboxMessage,
    *,
    step: str,
    code: str,
    now: datetime,
    permanent: bool = False,
) -> None:
    """Record a failed attempt and plan the next, or hand the message to a person.

    The attempt was counted when it began: one that took its worker along counts as well.
    """
    message.last_error = code[:80]
    message.due_at = now + pause_after(message.attempts)
    if permanent or message.attempts >= MAX_ATTEMPTS:
        message.state = type(message).State.NEEDS_PERSON
    fields = ["last_error", "due_at", "state"]
    if isinstance(message, OutboxMessage):
        if message.state == OutboxMessage.State.NEEDS_PERSON:
            message.failed_at, message.failure_code = now, code[:80]
        fields += ["failed_at", "failure_code"]
    else:
        # Once it has been opened, whoever looks into it sees what it is about.
        fields += ["kind", "case_key", "sequence"]
    message.save(update_fields=fields)
    Attempt.objects.create(message_id=message.pk, step=step, at=now, outcome=code[:80])
