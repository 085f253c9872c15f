"""Erasing an account (利用者登録の消去): all that need not stay goes at once.

What stays is the receipt of each filing (受付番号, 日時, ダイジェスト), by which a filing can be
proven; the city's own records are not touched from here. Who filed it can no longer log in.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.translation import gettext as _

from portal.errors import PortalError
from portal.held import in_the_way
from portal.models import AccountMail, Draft, Notice, PinFailures, Resident, Submission
from portal.services.events import record
from portal.services.retention import erase_contents


def erase_account(resident: Resident, *, by: str, now: datetime) -> None:
    """Erase an account; PortalError while the office still works on one of its filings."""
    with transaction.atomic():
        locked = Resident.objects.select_for_update().get(pk=resident.pk)
        if in_the_way(locked):
            raise PortalError(
                _(
                    "手続きが終わっていない申告があるため、まだ登録を消せません。終わってから、もう一度お試しください。"
                )
            )
        drafts = Draft.objects.filter(resident=locked, submissions__isnull=True)
        counts = {"drafts": drafts.count(), "filings": locked.submissions.count()}
        drafts.delete()
        for submission in Submission.objects.filter(resident=locked, erased_at__isnull=True):
            erase_contents(submission, by=by, now=now)
        Notice.objects.filter(resident=locked).delete()
        AccountMail.objects.filter(resident=locked).delete()
        PinFailures.objects.filter(resident=locked).delete()
        EmailAddress.objects.filter(user=locked).delete()
        # The link to a デジタル認証アプリ holds an identifier of the person.
        SocialAccount.objects.filter(user=locked).delete()
        record(by=by, action="account.erase", subject=by, now=now, **counts)
        if locked.submissions.exists():
            _make_nameless(locked)
        else:
            locked.delete()


def _make_nameless(resident: Resident) -> None:
    """Leave the row to which the receipts belong, without anything of the person."""
    resident.email = None
    resident.asked_email = resident.person = ""
    resident.asked_at = None
    resident.set_unusable_password()
    resident.is_active = False
    resident.wants_reminders = False
    resident.last_login = None
    resident.save()
