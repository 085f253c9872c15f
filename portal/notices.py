"""Mails to residents (お知らせ): no tax data, one link. A row is the order, a sweep sends it.

Who has no address finds the row among their messages all the same; it is never due to be mailed.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from exchange import hints
from portal.languages import shown_language
from portal.mails.server import close, post
from portal.models import Notice, Resident, Submission, has_mailbox
from portal.services.events import record

logger = logging.getLogger(__name__)
ACTOR = "batch:notices"
BATCH = 100
# The distance to the next try after each failure; after the last the mail is given up (32 hours).
RETRY_AFTER = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 600, 720)]
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
    server = get_connection()
    try:
        return sum(_try_one(pk, server, now) for pk in due)
    finally:
        close(server)


def _try_one(pk: int, server: BaseEmailBackend, now: datetime) -> int:
    """Send one mail unless another worker has it; a failure puts it off, the last one ends it."""
    with transaction.atomic():
        rows = Notice.objects.select_for_update(skip_locked=True, of=("self",))
        rows = rows.select_related("resident")
        notice = rows.filter(pk=pk, due_at__lte=now).first()
        if notice is None:
            return 0
        notice.attempts += 1
        try:
            _send(notice, server)
        except OSError as error:  # smtplib's errors are OSErrors
            logger.warning("notice %s could not be sent: %s", pk, type(error).__name__)
            _put_off(notice, now)
            # The next mail begins with a fresh one: this may be what is broken.
            close(server)
            return 0
        notice.sent_at, notice.due_at = now, None
        notice.save(update_fields=["sent_at", "due_at", "attempts"])
        record(by=ACTOR, action="notice.sent", subject=f"notice:{pk}", now=now)
    return 1


def _put_off(notice: Notice, now: datetime) -> None:
    given_up = notice.attempts > len(RETRY_AFTER)
    notice.due_at = None if given_up else now + RETRY_AFTER[notice.attempts - 1]
    notice.save(update_fields=["due_at", "attempts"])
    if given_up:
        logger.error("notice %s is given up after %s tries", notice.pk, notice.attempts)
        record(by=ACTOR, action="notice.given_up", subject=f"notice:{notice.pk}", now=now)


def _send(notice: Notice, server: BaseEmailBackend) -> None:
    address = notice.resident.mailbox
    assert address, "a notice without an address is never due"
    page = LANDING_OF.get(Notice.Kind(notice.kind), "portal:filings")
    words = {"kind": notice.kind, "link": settings.PORTAL_URL + reverse(page)}
    with translation.override(shown_language(notice.resident.language)):
        post(address, SUBJECT, BODY, words, server)
