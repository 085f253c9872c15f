"""An account's e-mail address (メールアドレスの登録): it counts once its mailbox has answered.

The answer counts from the account's holder alone: what was mistyped reaches a stranger. Whether
another account uses an address is told to its mailbox alone, never to who typed it. Who signed up
with a password logs in with what they typed; only confirmed does it open anything by itself.
"""

from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from portal.errors import PortalError
from portal.mails import orders
from portal.models import Resident
from portal.services.events import actor_of, record
from portal.services.same_person import cards_read

SALT = "portal.address"
LINK_HOLDS = timedelta(days=3)
MOST_OF_ONE_ADDRESS = 5
# As AbstractBaseUser.set_unusable_password marks it.
_NO_PASSWORD = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)


def ask(resident: Resident, typed: str, *, by: str, now: datetime) -> None:
    """Keep the address that was typed, and order the mail with the link that confirms it."""
    typed = typed.lower()
    with transaction.atomic():
        locked = Resident.objects.select_for_update().get(pk=resident.pk)
        # With a password it is at once what the account logs in with.
        opens = locked.has_usable_password() and not locked.email
        if opens and locked.asked_email != typed and not has_room(typed):
            raise PortalError(
                _(
                    "このメールアドレスは、ここでは使えません。別のメールアドレスを入力してください。"
                )
            )
        locked.asked_email, locked.asked_at = typed, now
        locked.save(update_fields=["asked_email", "asked_at"])
        orders.order(orders.Kind.ADDRESS, typed, now=now, resident=locked)
        record(by=by, action="address.ask", subject=by, now=now)


def who_confirmed(email: str) -> list[Resident]:
    """Return the account of an address whose mailbox has answered, if any."""
    return list(Resident.objects.filter(Exact(Lower("email"), email.lower())))


def who_typed(email: str) -> list[Resident]:
    """Return the accounts with a password that log in with an address that nobody confirmed."""
    typed = Resident.objects.filter(asked_email=email.lower(), email=None, is_active=True)
    return list(typed.exclude(_NO_PASSWORD).order_by("pk")[:MOST_OF_ONE_ADDRESS])


def has_room(email: str) -> bool:
    """Tell whether one more account may log in with an address that nobody confirmed.

    Each costs a hash at every log-in. The answer is the same for an address that is somebody's.
    """
    return len(who_typed(email)) < MOST_OF_ONE_ADDRESS


def resettable(email: str) -> list[Resident]:
    """Return the accounts whose password a mailbox may make anew.

    Not those of who never chose one: a mailbox alone opens no account of the app. Nor one that
    holds nothing under an address that was only typed: its link would only mislead.
    """
    confirmed = [one for one in who_confirmed(email) if one.has_usable_password()]
    return confirmed + [one for one in who_typed(email) if holds_something(one)]


def holds_something(resident: Resident) -> bool:
    """Tell whether a return was begun or filed in an account."""
    return resident.drafts.exists() or resident.submissions.exists()


def proves(resident: Resident, born: date) -> bool:
    """Tell whether a birth date is that of the card that was read in this account."""
    read = {card.get("birth_date") for card in cards_read(resident)}
    return born.isoformat() in read


def is_confirmed(resident: Resident) -> bool:
    """Tell whether the mailbox of the account's address has answered."""
    known = EmailAddress.objects.filter(user=resident, verified=True)
    return bool(resident.email) and known.filter(email__iexact=resident.email).exists()


def holder_of(token: str, visitor: Resident) -> Resident:
    """Return the visitor, whose address the link confirms; PortalError where it is not theirs.

    Nor where it is too old or another address was asked since. A link that was used already names
    its holder as well: it may be opened twice.
    """
    try:
        pk, digest = signing.loads(token, salt=SALT, max_age=LINK_HOLDS)
        found = Resident.objects.get(pk=pk, is_active=True)
    except (signing.BadSignature, ValueError, TypeError, Resident.DoesNotExist) as error:
        raise _refusal() from error
    if found.pk != visitor.pk:
        raise _refusal()
    if not constant_time_compare(digest, _digest(found.asked_email or found.email or "")):
        raise _refusal()
    return found


def confirm(token: str, visitor: Resident, *, now: datetime) -> None:
    """Let the address count, once; PortalError where the link does not hold or it is in use.

    The mailbox that the account had before is told: nobody takes an account over in silence.
    """
    holder = holder_of(token, visitor)
    try:
        with transaction.atomic():
            locked = Resident.objects.select_for_update().get(pk=holder.pk)
            if not locked.asked_email:
                return
            if locked.asked_email != holder.asked_email or holder_besides(
                locked.asked_email, locked
            ):
                raise _refusal()
            before = locked.email
            locked.email, locked.asked_email, locked.asked_at = locked.asked_email, "", None
            locked.save(update_fields=["email", "asked_email", "asked_at"])
            EmailAddress.objects.filter(user=locked).delete()
            EmailAddress.objects.create(
                user=locked, email=locked.email, verified=True, primary=True
            )
            if before and before.lower() != locked.email.lower():
                orders.order(orders.Kind.ADDRESS_CHANGED, before, now=now, resident=locked)
            by = actor_of(locked)
            record(by=by, action="address.confirm", subject=by, now=now)
    except IntegrityError as error:
        raise _refusal() from error


def unconfirmed(now: datetime) -> QuerySet[Resident]:
    """Return the accounts whose link has ended: what was typed may be a stranger's address.

    Who signed up with a password keeps what they log in with.
    """
    ended = Resident.objects.filter(asked_at__lt=now - LINK_HOLDS)
    return ended.filter(_NO_PASSWORD | Q(email__isnull=False))


def path_to(asking: Resident) -> str:
    """Return where the link leads that confirms what was typed; made as the mail is sent."""
    return reverse("confirm-address", args=[_token(asking)])


def holder_besides(email: str, resident: Resident) -> Resident | None:
    """Return the other account that has an address already."""
    others = Resident.objects.exclude(pk=resident.pk)
    return others.filter(Q(email__iexact=email) | Q(emailaddress__email__iexact=email)).first()


def _token(resident: Resident) -> str:
    """Return the link's secret: it names the address by a digest, for links stand in logs."""
    return signing.dumps([resident.pk, _digest(resident.asked_email)], salt=SALT)


def _digest(email: str) -> str:
    return salted_hmac(SALT, email.lower(), algorithm="sha256").hexdigest()[:32]


def _refusal() -> PortalError:
    return PortalError(
        _("このリンクは、もう使えません。ログインして、メールアドレスをもう一度入力してください。")
    )
