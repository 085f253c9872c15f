"""The card as a second way in (カードでのログイン): tied to an account with a password, or untied.

Whose account it is has shown the password just now; the card must not be another person's than
the one that was read in the account, nor open another account already.
"""

from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.errors import PortalError
from portal.identity.errors import AppFailed
from portal.identity.person import PROVIDER, attributes_of
from portal.mails import orders
from portal.models import Resident
from portal.services.events import record
from portal.services.same_person import is_holder, key_of, remember


def ties_of(resident: Resident) -> QuerySet[SocialAccount]:
    """Return the tie of an account to a card; there is one at most."""
    return SocialAccount.objects.filter(user=resident, provider=PROVIDER)


def tie(resident: Resident, found: SocialAccount, *, by: str, now: datetime) -> None:
    """Let the card that has just proven itself open the account; AppFailed where it may not.

    `found` is what the service told, not yet stored. Tied already, nothing is written again.
    """
    with transaction.atomic():
        locked = Resident.objects.select_for_update().get(pk=resident.pk)
        if known := ties_of(locked).first():
            if known.uid == found.uid:
                return
            raise AppFailed("second_card", "account_has_a_card")
        if not locked.is_active or not locked.has_usable_password():
            raise AppFailed("state", "no_password")
        if SocialAccount.objects.filter(provider=PROVIDER, uid=found.uid).exists():
            raise AppFailed("elsewhere", "card_has_an_account")
        said = attributes_of(found)
        if not is_holder(locked, said):
            raise AppFailed("not_holder", "another_person")
        SocialAccount.objects.create(
            user=locked, provider=PROVIDER, uid=found.uid, extra_data=found.extra_data
        )
        remember(locked, key_of(said))
        record(by=by, action="account.card_tie", subject=by, now=now)
        orders.tell(orders.Kind.CARD_TIED, locked, now=now)


def untie(resident: Resident, *, by: str, now: datetime) -> None:
    """Take the card away again, with what it told; PortalError where it is the only way in."""
    with transaction.atomic():
        locked = Resident.objects.select_for_update().get(pk=resident.pk)
        if not locked.has_usable_password() or not locked.mailbox:
            raise PortalError(
                _("カードだけでログインしているため、外せません。先にパスワードを決めてください。")
            )
        if ties_of(locked).delete()[0]:
            record(by=by, action="account.card_untie", subject=by, now=now)
            orders.tell(orders.Kind.CARD_UNTIED, locked, now=now)
