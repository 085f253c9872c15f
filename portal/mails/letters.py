"""What a mail of an account says (文面), decided as it is sent: in which language, by which link.

A link is made here and lies nowhere before.
"""

from dataclasses import dataclass, field

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from portal.mails.models import AccountMail
from portal.models import Resident
from portal.services import address

Kind = AccountMail.Kind


@dataclass(frozen=True)
class Letter:
    """One mail: the name of its templates, its language, and where its link leads."""

    name: str
    language: str
    link: str = field(default="", repr=False)

    @property
    def subject(self) -> str:
        return f"account/email/{self.name}_subject.txt"

    @property
    def body(self) -> str:
        return f"account/email/{self.name}_message.txt"


def letter_of(mail: AccountMail) -> Letter | None:
    """Return what is to be sent now, None where it would be about something that is over."""
    if mail.kind == Kind.FORGOTTEN:
        return Letter("unknown_account", mail.language, _page("account_signup"))
    resident = Resident.objects.filter(account_mails=mail.pk, is_active=True).first()
    if resident is None:
        return None
    if mail.kind == Kind.ADDRESS:
        return _of_address(mail, resident)
    if mail.kind == Kind.RESET:
        return _of_reset(mail, resident)
    return Letter(mail.kind, resident.language, _page("portal:settings"))


def _of_address(mail: AccountMail, resident: Resident) -> Letter | None:
    """Whether another account has the address is told to its mailbox alone, in its language."""
    if resident.asked_email != mail.email:
        return None
    if holder := address.holder_besides(mail.email, resident):
        page = _page("account_reset_password")
        return Letter("account_already_exists", holder.language, page)
    return Letter("address", resident.language, settings.PORTAL_URL + address.path_to(resident))


def _of_reset(mail: AccountMail, resident: Resident) -> Letter | None:
    if resident not in address.resettable(mail.email):
        return None
    key = default_token_generator.make_token(resident)
    at = {"uidb36": user_pk_to_url_str(resident), "key": key}
    path = reverse("account_reset_password_from_key", kwargs=at)
    return Letter("password_reset_key", resident.language, settings.PORTAL_URL + path)


def _page(name: str) -> str:
    return str(settings.PORTAL_URL + reverse(name))
