"""Sending the mails of accounts (メールの送信): a sweep, with retries, until their time is over."""

import logging
from datetime import datetime, timedelta
from functools import partial

from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import translation

from portal.languages import shown_language
from portal.mails.letters import letter_of
from portal.mails.models import AccountMail
from portal.mails.orders import order
from portal.mails.server import close, post
from portal.mails.sweep import claim, sweep
from portal.models import Resident
from portal.services.address import resettable
from portal.services.events import record

logger = logging.getLogger(__name__)
ACTOR = "batch:account_mails"
BATCH = 100
# How long until the next try; the last distance holds until the mail's time is over.
RETRY_AFTER = [timedelta(minutes=m) for m in (3, 5, 10, 20, 40, 60)]


def send_due(now: datetime) -> int:
    """Send what is due over one connection; return how many mails went out."""
    _give_up(now)
    _share_out(now)
    waiting = AccountMail.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    due = list(waiting.values_list("pk", flat=True)[:BATCH])
    return sweep(due, partial(_try_one, now=now))


def _give_up(now: datetime) -> None:
    """Let go of what nobody is helped by any more, and of the addresses with it."""
    with transaction.atomic():
        over = AccountMail.objects.select_for_update(skip_locked=True, of=("self",))
        for mail in over.filter(expires_at__lte=now):
            logger.error("account mail %s is given up after %s tries", mail.pk, mail.attempts)
            _note("given_up", mail, now)
            mail.delete()


def _share_out(now: datetime) -> None:
    """Order a mail for each account that a forgotten password may mean; none, and it stays."""
    with transaction.atomic():
        asked = AccountMail.objects.select_for_update(skip_locked=True, of=("self",))
        for mail in asked.filter(kind=AccountMail.Kind.FORGOTTEN, due_at__lte=now)[:BATCH]:
            if accounts := resettable(mail.email):
                for resident in accounts:
                    order(AccountMail.Kind.RESET, mail.email, now=now, resident=resident)
                _note("shared_out", mail, now)
                mail.delete()


def _try_one(pk: int, server: BaseEmailBackend, now: datetime) -> bool | None:
    """Tell whether one mail went out; None where there was none to send (any more)."""
    mail = _claim(pk, now)
    if mail is None:
        return None
    letter = letter_of(mail)
    if letter is None:
        _done(mail, "dropped", now)
        return None
    try:
        with translation.override(shown_language(letter.language)):
            post(mail.email, letter.subject, letter.body, {"link": letter.link}, server)
    except OSError as error:  # smtplib's errors are OSErrors
        logger.warning("account mail %s could not be sent: %s", pk, type(error).__name__)
        # The next mail begins with a fresh one: this may be what is broken.
        close(server)
        return False
    _done(mail, "sent", now)
    return True


def _claim(pk: int, now: datetime) -> AccountMail | None:
    return claim(AccountMail.objects.all(), pk, now, RETRY_AFTER)


def _done(mail: AccountMail, outcome: str, now: datetime) -> None:
    """Remove a mail that was dealt with; one that was asked for again meanwhile stays."""
    with transaction.atomic():
        if mail.kind == AccountMail.Kind.ADDRESS and outcome == "sent":
            # The link's three days begin now. First the account, as whoever erases one locks it.
            asking = Resident.objects.filter(account_mails=mail.pk, asked_email=mail.email)
            asking.update(asked_at=now)
        AccountMail.objects.filter(pk=mail.pk, due_at=mail.due_at).delete()
        _note(outcome, mail, now)


def _note(outcome: str, mail: AccountMail, now: datetime) -> None:
    subject = f"account_mail:{mail.pk}"
    record(by=ACTOR, action=f"account_mail.{outcome}", subject=subject, now=now, kind=mail.kind)
