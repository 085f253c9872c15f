"""An e-mail address added later (メールアドレスの登録): it counts once its mailbox has answered.

Whether another account uses an address is told to its mailbox alone, never to who typed it.
"""

from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from portal.errors import PortalError
from portal.models import Resident
from portal.services.events import actor_of, record

SALT = "portal.address"
LINK_HOLDS = timedelta(days=3)


def ask(resident: Resident, typed: str, *, by: str, now: datetime) -> None:
    """Keep the address that was typed, and send it the link by which it is confirmed."""
    with transaction.atomic():
        locked = Resident.objects.select_for_update().get(pk=resident.pk)
        if locked.email:
            raise PortalError(
                _(
                    "メールアドレスは、もう登録されています。変えるときは、市役所に電話してください。"
                )
            )
        locked.asked_email, locked.asked_at = typed.lower(), now
        locked.save(update_fields=["asked_email", "asked_at"])
        record(by=by, action="address.ask", subject=by, now=now)
    if _is_taken(typed, locked):
        get_adapter().send_account_already_exists_mail(typed)
        return
    link = settings.PORTAL_URL + reverse("confirm-address", args=[_token(locked)])
    get_adapter().send_mail("account/email/address", typed, {"link": link})


def holder_of(token: str) -> Resident:
    """Return whose address a link confirms; PortalError where it is too old or another was asked.

    A link that was used already names its holder as well: it may be opened twice.
    """
    try:
        pk, digest = signing.loads(token, salt=SALT, max_age=LINK_HOLDS)
        found = Resident.objects.get(pk=pk, is_active=True)
    except (signing.BadSignature, ValueError, TypeError, Resident.DoesNotExist) as error:
        raise _refusal() from error
    if not constant_time_compare(digest, _digest(found.asked_email or found.email or "")):
        raise _refusal()
    return found


def confirm(token: str, *, now: datetime) -> None:
    """Let the address count, once; PortalError where the link does not hold or it is in use."""
    holder = holder_of(token)
    try:
        with transaction.atomic():
            locked = Resident.objects.select_for_update().get(pk=holder.pk)
            if not locked.asked_email:
                return
            if locked.asked_email != holder.asked_email or _is_taken(locked.asked_email, locked):
                raise _refusal()
            locked.email, locked.asked_email, locked.asked_at = locked.asked_email, "", None
            locked.save(update_fields=["email", "asked_email", "asked_at"])
            EmailAddress.objects.filter(user=locked).delete()
            EmailAddress.objects.create(
                user=locked, email=locked.email, verified=True, primary=True
            )
            by = actor_of(locked)
            record(by=by, action="address.confirm", subject=by, now=now)
    except IntegrityError as error:
        raise _refusal() from error


def unconfirmed(now: datetime) -> QuerySet[Resident]:
    """Return the accounts whose link has ended: what was typed may be a stranger's address."""
    return Resident.objects.filter(asked_at__lt=now - LINK_HOLDS)


def _is_taken(email: str, resident: Resident) -> bool:
    others = Resident.objects.exclude(pk=resident.pk)
    return others.filter(Q(email__iexact=email) | Q(emailaddress__email__iexact=email)).exists()


def _token(resident: Resident) -> str:
    """Return the link's secret: it names the address by a digest, for links stand in logs."""
    return signing.dumps([resident.pk, _digest(resident.asked_email)], salt=SALT)


def _digest(email: str) -> str:
    return salted_hmac(SALT, email.lower(), algorithm="sha256").hexdigest()[:32]


def _refusal() -> PortalError:
    return PortalError(
        _("このリンクは、もう使えません。ログインして、メールアドレスをもう一度入力してください。")
    )
