"""Mails to residents (お知らせ): no tax data, one link. A row is the order, a sweep sends it.

Who has no address finds the row among their messages all the same; it is never due to be mailed.
"""

import logging
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from exchange import hints
from portal.languages import shown_language
from portal.mails.server import close, post
from portal.mails.sweep import claim, sweep
from portal.models import Notice, Resident, Submission, has_mailbox
from portal.services.events import record

logger = logging.getLogger(__name__)
ACTOR = "batch:notices"
BATCH = 100
# The distance to the next try after each failure; after the last the mail is given up (32 hours).
RETRY_AFTER = [timedelta(minutes=m) for m in (3, 5, 15, 60, 180, 360, 600, 720)]
SUBJECT, BODY = "portal/mail/notice_subject.txt", "portal/mail/notice_body.txt"
LANDING_OF = {Notice.Kind.REMINDER: "portal:home", Notice.Kind.EXPIRING: "portal:home"}


def mailed_at(resident: Resident, now: datetime) -> datetime | None:
    """Return when a notice is to be mailed: now, or never where there is no address."""
    return now if resident.mailbox else None


def order_notice(submission: Submission, kind: str, *, now: datetime) -> Notice:
    """Order a mail in the caller's transaction; without the commit nobody is told anything."""
    from portal.tasks import send_notices

    notice = Notice.objects.create(
        resident_id=submission.resident_id,
        submission=submission,
        kind=kind,
        created_at=now,
        due_at=mailed_at(submission.resident, now),
    )
    hints.after_commit(send_notices)
    return notice


def send_due(now: datetime) -> int:
    """Send the mails that are due over one connection; return how many went out."""
    waiting = Notice.objects.filter(has_mailbox("resident__"), due_at__lte=now).order_by(
        "due_at", "pk"
    )
    due = list(waiting.values_list("pk", flat=True)[:BATCH])
    return sweep(due, partial(_try_one, now=now))


def _try_one(pk: int, server: BaseEmailBackend, now: datetime) -> bool | None:
    """Tell whether one mail went out; None where another worker has it or had it."""
    notice = claim(Notice.objects.select_related("resident"), pk, now, RETRY_AFTER)
    if notice is None:
        return None
    try:
        _send(notice, server)
    except OSError as error:  # smtplib's errors are OSErrors
        logger.warning("notice %s could not be sent: %s", pk, type(error).__name__)
        # The next mail begins with a fresh one: this may be what is broken.
        close(server)
        if notice.attempts > len(RETRY_AFTER):
            logger.error("notice %s is given up after %s tries", pk, notice.attempts)
            _end(notice, "notice.given_up", now)
        return False
    _end(notice, "notice.sent", now, sent_at=now)
    return True


def _end(notice: Notice, action: str, now: datetime, **outcome: datetime) -> None:
    """Note how a mail ended; nothing of it is due any more."""
    with transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(due_at=None, **outcome)
        record(by=ACTOR, action=action, subject=f"notice:{notice.pk}", now=now)


def _send(notice: Notice, server: BaseEmailBackend) -> None:
    address = notice.resident.mailbox
    assert address, "a notice without an address is never due"
    page = LANDING_OF.get(Notice.Kind(notice.kind), "portal:filings")
    words = {"kind": notice.kind, "link": settings.PORTAL_URL + reverse(page)}
    with translation.override(shown_language(notice.resident.language)):
        post(address, SUBJECT, BODY, words, server)
