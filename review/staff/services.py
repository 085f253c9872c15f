"""Log-in (ログイン) in two steps, locks, and log-out. Limits come before any password is hashed."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth import login as django_login
from django.contrib.auth import logout as django_logout
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django_otp import login as otp_login
from django_otp.models import Device

from review.audit.services import record, record_by
from review.errors import Refusal
from review.staff import keys
from review.staff.actors import Actor, person, terminal_of
from review.staff.models import CodeDevice, LoginAttempt, StaffMember

MAX_FAILURES = 5
MAX_FAILURES_OF_ADDRESS = 30
ADDRESS_WINDOW = timedelta(minutes=5)
SIGNED_IN_AT = "signed_in_at"
REASON = "ログイン"


def check_password(request: HttpRequest, number: str, password: str, *, now: datetime) -> None:
    """Take the first step (パスワード). Raises Refusal with the same words for every cause."""
    attempt = _begin_attempt(number, terminal_of(request), now)
    member = authenticate(request, username=number, password=password)
    if not isinstance(member, StaffMember):
        _record(number, "login.refused", terminal_of(request), now)
        raise Refusal(_("職員番号またはパスワードが違います。"))
    attempt.delete()
    django_login(request, member)


def check_code(request: HttpRequest, code: str, *, now: datetime) -> None:
    """Take the second step (ワンタイムコード). A code is good once; wrong ones are counted."""
    member = request.user
    assert isinstance(member, StaffMember)
    attempt = _begin_attempt(member.number, terminal_of(request), now)
    with transaction.atomic():
        device = CodeDevice.objects.select_for_update().filter(user=member, confirmed=True).first()
        right = device is not None and device.accepts(code, now=now)
    if device is None or not right:
        _record(member.number, "login.code_refused", terminal_of(request), now)
        raise Refusal(_("コードが違うか、すでに使われています。新しいコードを入力してください。"))
    attempt.delete()
    _open_session(request, member, device, now)


def check_key(request: HttpRequest, answer: str, *, now: datetime) -> None:
    """Take the second step with a security key (職員証). Wrong answers count like wrong codes."""
    member = request.user
    assert isinstance(member, StaffMember)
    attempt = _begin_attempt(member.number, terminal_of(request), now)
    with transaction.atomic():
        key = keys.answering(request, member, answer)
    if key is None:
        _record(member.number, "login.key_refused", terminal_of(request), now)
        raise Refusal(
            _(
                "職員証を確認できませんでした。もう一度読み取るか、ワンタイムコードを使ってください。"
            )
        )
    attempt.delete()
    _open_session(request, member, key, now)


def _open_session(request: HttpRequest, member: StaffMember, device: Device, now: datetime) -> None:
    """Make this the person's one session: a new key here, the old session gone everywhere."""
    otp_login(request, device)
    request.session.cycle_key()
    request.session[SIGNED_IN_AT] = now.isoformat()
    with transaction.atomic():
        gone, _rows = Session.objects.filter(session_key=member.session_key).delete()
        if gone:
            end_session(member, terminal_of(request), why="replaced", now=now)
        LoginAttempt.objects.filter(number=member.number, cleared_by="").update(
            cleared_by=member.number
        )
        member.session_key = str(request.session.session_key)
        member.save(update_fields=["session_key"])
        detail = {"second_factor": "code" if isinstance(device, CodeDevice) else "key"}
        actor = person(member, terminal_of(request))
        record_by(actor, "login", reason=REASON, now=now, detail=detail)


def change_password(
    member: StaffMember, current: str, new: str, *, by: Actor, now: datetime
) -> None:
    """Change one's own password (パスワードの変更): not to the same one, and by the rules."""
    if not member.check_password(current):
        raise Refusal(_("いまのパスワードが違います。"))
    if current == new:
        raise Refusal(_("いまと同じパスワードは使えません。"))
    try:
        validate_password(new, member)
    except ValidationError as error:
        raise Refusal(" ".join(error.messages)) from error
    with transaction.atomic():
        member.set_password(new)
        member.password_changed_at = now
        member.save(update_fields=["password", "password_changed_at"])
        record_by(by, "password.changed", reason="パスワードの変更", now=now)


def log_out(request: HttpRequest, *, now: datetime) -> None:
    """End the session (ログアウト) on the server too."""
    member = request.user
    if isinstance(member, StaffMember):
        with transaction.atomic():
            member.session_key = ""
            member.save(update_fields=["session_key"])
            actor = person(member, terminal_of(request))
            record_by(actor, "logout", reason="ログアウト", now=now)
    django_logout(request)


def end_session(member: StaffMember, terminal: str, *, why: str, now: datetime) -> None:
    """Write down the end of a session that nobody ended by hand (自動ログアウト)."""
    with transaction.atomic():
        member.session_key = ""
        member.save(update_fields=["session_key"])
        actor = person(member, terminal)
        record_by(actor, "logout", reason="自動ログアウト", now=now, detail={"why": why})


def end_expired(*, by: Actor, now: datetime) -> int:
    """Write down the sessions that ran out (時間切れ) since the last time; return how many.

    A session that runs out sends no request any more, so that nothing else would note its end.
    """
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
    ended = StaffMember.objects.exclude(session_key="").exclude(Exists(alive))
    numbers = list(ended.order_by("number").values_list("pk", flat=True))
    for pk in numbers:
        with transaction.atomic():
            member = StaffMember.objects.select_for_update().get(pk=pk)
            member.session_key = ""
            member.save(update_fields=["session_key"])
            subject, detail = f"staff:{member.number}", {"why": "timeout"}
            record_by(
                by, "logout", reason="自動ログアウト", now=now, subject=subject, detail=detail
            )
    return len(numbers)


def locked_numbers() -> set[str]:
    """Return the 職員番号 that five wrong tries have locked."""
    counts: dict[str, int] = {}
    for number in LoginAttempt.objects.filter(cleared_by="").values_list("number", flat=True):
        counts[number] = counts.get(number, 0) + 1
    return {number for number, count in counts.items() if count >= MAX_FAILURES}


def unlock(member: StaffMember, *, by: Actor, now: datetime, reason: str) -> None:
    """Open a locked account (ロックの解除): another person's act, never one's own."""
    if by.id == member.number:
        raise Refusal(_("自分のロックは解除できません。ほかの管理者に頼んでください。"))
    with transaction.atomic():
        LoginAttempt.objects.filter(number=member.number, cleared_by="").update(cleared_by=by.id)
        record_by(by, "staff.unlocked", reason=reason, now=now, subject=f"staff:{member.number}")


def _begin_attempt(number: str, address: str, now: datetime) -> LoginAttempt:
    """Count the try before it is checked, so that a hundred at once do not slip through."""
    attempt = LoginAttempt.objects.create(at=now, number=number[:20], address=address)
    same_number = Q(number=attempt.number, cleared_by="")
    recent = Q(address=address, at__gte=now - ADDRESS_WINDOW)
    if (
        LoginAttempt.objects.filter(same_number).count() > MAX_FAILURES
        or LoginAttempt.objects.filter(recent).count() > MAX_FAILURES_OF_ADDRESS
    ):
        attempt.delete()
        _record(number, "login.blocked", address, now)
        raise Refusal(
            _(
                "まちがいが続いたため、ログインを止めています。管理者にロックの解除を頼んでください。"
            )
        )
    return attempt


def _record(number: str, action: str, terminal: str, now: datetime) -> None:
    """Note a refused try. A number that nobody has may be anything, so it is not kept."""
    member = StaffMember.objects.filter(number=number).first()
    known: dict[str, Any] = (
        {"actor": member.number, "department": member.department}
        if member
        else {"actor": "unknown", "department": "不明"}
    )
    with transaction.atomic():
        record(action=action, reason=REASON, terminal=terminal, now=now, **known)
