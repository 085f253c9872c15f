"""Ordering a mail of an account (メールの依頼): one row in the caller's transaction, always alike.

What is done does not depend on whether an address is anybody's: neither the answer nor the time
that it takes tells.
"""

from datetime import datetime, timedelta

from exchange import hints
from portal.mails.models import AccountMail
from portal.models import Resident

Kind = AccountMail.Kind
# What somebody waits for at the screen is of no use days later; what warns them still is.
ASKED_LIVES, TOLD_LIVES = timedelta(days=1), timedelta(days=3)
TOLD = {Kind.ADDRESS_CHANGED, Kind.PASSWORD_CHANGED, Kind.CARD_TIED, Kind.CARD_UNTIED}


def order(kind: Kind, email: str, *, now: datetime, resident: Resident) -> None:
    """Order a mail about an account; without the commit nobody is told anything."""
    _order(AccountMail(kind=kind, email=email, resident=resident), now)


def tell(kind: Kind, resident: Resident, *, now: datetime) -> None:
    """Order a mail that tells a holder what was done, where there is an address for it."""
    if resident.mailbox:
        order(kind, resident.mailbox, now=now, resident=resident)


def order_for_visitor(email: str, *, language: str, now: datetime) -> None:
    """Order the mail to who forgot a password, whatever is known of the address."""
    _order(AccountMail(kind=Kind.FORGOTTEN, email=email, language=language), now)


def _order(mail: AccountMail, now: datetime) -> None:
    from portal.tasks import send_account_mails

    mail.created_at = mail.due_at = now
    mail.expires_at = now + (TOLD_LIVES if mail.kind in TOLD else ASKED_LIVES)
    AccountMail.objects.bulk_create(
        [mail],
        update_conflicts=True,
        unique_fields=["kind", "email", "resident"],
        update_fields=["language", "created_at", "due_at", "expires_at", "attempts"],
    )
    hints.after_commit(send_account_mails)
