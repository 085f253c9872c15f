"""Mails to residents (お知らせ): no tax data, one link. A row is the order, a sweep sends it."""

import logging
from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from config.context import load_municipality_file
from portal.models import Notice, Submission
from portal.services.events import record

logger = logging.getLogger(__name__)
BATCH = 100


def order_notice(submission: Submission, kind: str, *, now: datetime) -> Notice:
    """Order a mail in the caller's transaction; without the commit nobody is told anything."""
    from portal.tasks import send_notices

    notice = Notice.objects.create(submission=submission, kind=kind, created_at=now)
    transaction.on_commit(send_notices.delay, robust=True)
    return notice


def send_due(now: datetime) -> int:
    """Send the mails that are ordered and not sent; return how many went out."""
    waiting = Notice.objects.filter(sent_at__isnull=True).order_by("created_at")
    sent = 0
    for pk in list(waiting.values_list("pk", flat=True)[:BATCH]):
        try:
            sent += _send_one(pk, now)
        except OSError as error:  # smtplib's errors are OSErrors; the next sweep tries again
            logger.warning("notice %s could not be sent: %s", pk, type(error).__name__)
    return sent


def _send_one(pk: int, now: datetime) -> int:
    with transaction.atomic():
        notice = (
            Notice.objects.select_for_update(skip_locked=True)
            .filter(pk=pk, sent_at__isnull=True)
            .first()
        )
        if notice is None:
            return 0
        _send(notice)
        notice.sent_at = now
        notice.save(update_fields=["sent_at"])
        record(by="batch:notices", action="notice.sent", subject=f"notice:{pk}", now=now)
    return 1


def _send(notice: Notice) -> None:
    municipality = load_municipality_file(settings.MUNICIPALITY_FILE)
    words = {
        "municipality": municipality,
        "kind": notice.kind,
        "link": settings.PORTAL_URL + reverse("portal:filings"),
    }
    send_mail(
        subject=" ".join(render_to_string("portal/mail/notice_subject.txt", words).split()),
        message=render_to_string("portal/mail/notice_body.txt", words),
        from_email=None,
        recipient_list=[notice.submission.resident.email],
    )
