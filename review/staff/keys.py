"""Security keys (職員証): registering, approving by another person, asking at the log-in."""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.webauthn import (
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    UserVerificationRequirement,
)

from review.audit.services import record_by
from review.errors import Refusal
from review.staff.actors import Actor
from review.staff.devices import SecurityKey
from review.staff.models import StaffMember

REGISTERING, ASKING = "key_registering", "key_asking"
MOST_KEYS = 5
# The password was asked already; a key that has a PIN of its own asks for it.
VERIFICATION = UserVerificationRequirement.PREFERRED


def server() -> Fido2Server:
    """Return the rules under which keys answer: for this site's name only."""
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=settings.WEBAUTHN_RP_ID, name="申請管理"),
    )


def options_to_register(request: HttpRequest, member: StaffMember) -> str:
    """Return what the browser hands to a new key, as JSON; the challenge stays in the session."""
    user = PublicKeyCredentialUserEntity(
        id=member.number.encode(), name=member.number, display_name=member.number
    )
    known = [key.public for key in SecurityKey.objects.filter(user=member)]
    options, state = server().register_begin(user, known, user_verification=VERIFICATION)
    request.session[REGISTERING] = state
    return json.dumps(dict(options)["publicKey"])


def register(
    request: HttpRequest, member: StaffMember, *, name: str, answer: str, by: Actor, now: datetime
) -> SecurityKey:
    """Keep a new key of one's own (職員証の登録); it counts once another person approved it."""
    state = request.session.pop(REGISTERING, None)
    if SecurityKey.objects.filter(user=member, revoked_at__isnull=True).count() >= MOST_KEYS:
        raise Refusal(_("登録できる職員証は%(n)s個までです。") % {"n": MOST_KEYS})
    try:
        found = server().register_complete(state, _read(answer))
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal(_("職員証を登録できませんでした。もう一度やり直してください。")) from error
    assert found.credential_data is not None
    with transaction.atomic():
        if SecurityKey.objects.filter(credential_id=found.credential_data.credential_id).exists():
            raise Refusal(_("この職員証は、すでに登録されています。"))
        key = SecurityKey.objects.create(
            user=member,
            name=name,
            confirmed=False,
            credential_id=found.credential_data.credential_id,
            credential=bytes(found.credential_data),
            sign_count=found.counter,
            requested_by=by.id,
            requested_at=now,
        )
        _write_down(key, "key.registered", by=by, now=now)
    return key


def approve(key: SecurityKey, *, decision: str, by: Actor, now: datetime) -> SecurityKey:
    """Let a key count that its holder registered (職員証の承認). Never one's own."""
    with transaction.atomic():
        locked = SecurityKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
        if by.id in (locked.requested_by, locked.user.get_username()):
            raise Refusal(_("自分の職員証を承認することはできません。"))
        if locked.approved_at or locked.revoked_at:
            raise Refusal(_("すでに承認されたか、取り消されています。"))
        locked.approved_by, locked.approved_at, locked.decision = by.id, now, decision
        locked.confirmed = True
        locked.save()
        _write_down(locked, "key.approved", by=by, now=now, decision=decision)
    return locked


def revoke(key: SecurityKey, *, by: Actor, now: datetime) -> SecurityKey:
    """End a key at once (紛失・異動): sessions that it opened end at their next request."""
    with transaction.atomic():
        locked = SecurityKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
        if locked.revoked_at:
            raise Refusal(_("すでに取り消されています。"))
        locked.revoked_by, locked.revoked_at, locked.confirmed = by.id, now, False
        locked.save()
        _write_down(locked, "key.revoked", by=by, now=now)
    return locked


def options_to_ask(request: HttpRequest, member: StaffMember) -> str:
    """Return what the browser asks the person's keys, as JSON; empty where there is none."""
    keys = [key.public for key in _counting(member)]
    if not keys:
        return ""
    options, state = server().authenticate_begin(keys, VERIFICATION)
    request.session[ASKING] = state
    return json.dumps(dict(options)["publicKey"])


def answering(request: HttpRequest, member: StaffMember, answer: str) -> SecurityKey | None:
    """Return the key that answered rightly, None otherwise. A challenge is good once.

    Runs inside a transaction; a key whose count does not grow was copied, and counts no more.
    """
    state = request.session.pop(ASKING, None)
    keys = {key.public.credential_id: key for key in _counting(member).select_for_update()}
    try:
        given = _read(answer)
        found = server().authenticate_complete(state, [k.public for k in keys.values()], given)
        counter = AuthenticationResponse.from_dict(given).response.authenticator_data.counter
    except (ValueError, KeyError, TypeError):
        return None
    key = keys[found.credential_id]
    if (counter or key.sign_count) and counter <= key.sign_count:
        return None
    key.sign_count = counter
    key.save(update_fields=["sign_count"])
    return key


def _read(answer: str) -> dict[str, Any]:
    """Return what a browser sent; ValueError where it is no answer at all."""
    given = json.loads(answer)
    if not isinstance(given, dict):
        raise ValueError("not an answer of a key")
    return given


def _counting(member: StaffMember) -> Any:
    return SecurityKey.objects.filter(user=member, confirmed=True)


def _write_down(key: SecurityKey, action: str, *, by: Actor, now: datetime, **detail: Any) -> None:
    about = {"key": key.pk, "name": key.name, **detail}
    subject = f"staff:{key.user.get_username()}"
    record_by(by, action, reason="職員証の管理", now=now, subject=subject, detail=about)
