"""A sweep over mails that wait (メールの巡回): each is claimed, then tried over one connection.

A try is noted and committed before it is made, so that no lock is held while the mail server is
spoken to, and a worker that dies on the way does not try for ever. Dying between the sending and
the mark, it leaves the mail to be sent once more: at most one too many for each death.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet

from portal.mails.models import AccountMail
from portal.mails.server import close
from portal.models import Notice

Mail = TypeVar("Mail", AccountMail, Notice)
# So many failures in a sweep mean that the server is away: the others need not wait for it, too.
ENOUGH = 3


def sweep(keys: Iterable[int], try_one: Callable[[int, BaseEmailBackend], bool | None]) -> int:
    """Try each mail over one connection; return how many went out.

    `try_one` tells whether a mail went out, None where there was none to send (any more).
    """
    server, sent, failed = get_connection(), 0, 0
    try:
        for key in keys:
            went = try_one(key, server)
            sent, failed = sent + (went is True), failed + (went is False)
            if failed == ENOUGH:
                break
    finally:
        close(server)
    return sent


def claim(
    rows: QuerySet[Mail], pk: int, now: datetime, retry_after: Sequence[timedelta]
) -> Mail | None:
    """Note a try and when the next one would be, unless another worker has the mail or had it.

    The last distance holds for all further tries. The first has to be longer than a try may take
    (CELERY_TASK_TIME_LIMIT).
    """
    with transaction.atomic():
        free = rows.select_for_update(skip_locked=True, of=("self",))
        mail = free.filter(pk=pk, due_at__lte=now).first()
        if mail is not None:
            mail.due_at = now + retry_after[min(mail.attempts, len(retry_after) - 1)]
            mail.attempts += 1
            mail.save(update_fields=["due_at", "attempts"])
    return mail
