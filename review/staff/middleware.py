"""The door of the staff site (認証・認可): deny by default, every view, every request."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from config.keyring import KeyringError
from review.audit.services import record_by
from review.hidden import refuse_hidden
from review.staff import purpose
from review.staff.access import StaffRequest
from review.staff.actors import person, terminal_of
from review.staff.asking import ask
from review.staff.menu import menu_for
from review.staff.models import StaffMember
from review.staff.roles import Role
from review.staff.services import SIGNED_IN_AT, end_session

logger = logging.getLogger(__name__)
# However busy a session is, it ends with the working day.
LONGEST_SESSION = timedelta(hours=10)


class VerifiedStaffMiddleware:
    """Lets only staff through who passed both log-in steps, hold the role and said why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cast(Any, request).now = timezone.now()
        response = self.get_response(request)
        # Pages hold people's data: no copy stays behind in a browser or a proxy.
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say that a sealed text does not open: its year's key is gone, or it was altered."""
        if not isinstance(exception, KeyringError):
            return None
        # Never what was in it: the error names the key alone.
        logger.error("sealed text does not open: %s", exception)
        return render(request, "review/errors/sealed.html", status=410)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        access = getattr(view, "access", "")
        if access == "public":
            return None
        user = request.user
        if not isinstance(user, StaffMember):
            return _go("login", request)
        if not cast(Any, user).is_verified():
            return None if getattr(view, "second_step", False) else _go("login-code", request)
        if ended := _ended(request, user):
            return ended
        return self._authorise(cast(StaffRequest, request), view, access)

    def _authorise(
        self, request: StaffRequest, view: Callable[..., Any], access: str
    ) -> HttpResponse | None:
        request.user.load_rights(timezone.localdate(request.now))
        request.actor = person(request.user, terminal_of(request))
        request.purpose = purpose.read(request.session, now=request.now)
        request.menu = SimpleLazyObject(lambda: menu_for(request))
        if request.user.password_is_old(request.now) and not getattr(view, "renews", False):
            return _go("password", request)
        # A contractor works under an order (作業指示), which stands before anything opens.
        orderless = request.user.holds(Role.CONTRACTOR) and not _work_order(request)
        exempt = getattr(view, "asks_reason", getattr(view, "renews", False))
        if orderless and not exempt and (asked := _ask_reason(request)):
            return asked
        if access == "signed_in":
            _record_operation(request)
            return None
        if access != "roles" or not request.user.holds(*cast(Any, view).roles):
            _record_denial(request)
            raise PermissionDenied
        reasonless = cast(Any, view).person_data and request.purpose is None
        if reasonless and (asked := _ask_reason(request)):
            return asked
        match = request.resolver_match
        if match is not None:
            refuse_hidden(request, match.url_name or "", match.kwargs)
        _record_operation(request)
        return None


def _ask_reason(request: StaffRequest) -> HttpResponse | None:
    """Ask for the 処理事由: on a page of its own, or on the way of a posted form."""
    return ask(request) if request.method == "POST" else _go("reason", request)


def _record_operation(request: StaffRequest) -> None:
    """Write down each thing that a contractor does under their order (作業記録, LOG-09)."""
    if not request.user.holds(Role.CONTRACTOR) or request.purpose is None:
        return
    with transaction.atomic():
        record_by(
            request.actor,
            "maintenance.operated",
            reason=str(request.purpose),
            now=request.now,
            subject=request.path[:100],
            detail={"method": request.method, "work_order": request.purpose.work_order},
        )


def _work_order(request: StaffRequest) -> str:
    return request.purpose.work_order if request.purpose else ""


def _ended(request: HttpRequest, user: StaffMember) -> HttpResponse | None:
    """End a session that another log-in replaced, that lasted a whole day, or whose key is gone."""
    started = request.session.get(SIGNED_IN_AT)
    now: datetime = cast(Any, request).now
    too_old = not started or now - datetime.fromisoformat(started) > LONGEST_SESSION
    device = cast(Any, user).otp_device
    if user.session_key == request.session.session_key and not too_old and device.confirmed:
        return None
    # One that another log-in replaced was written down by that log-in.
    if user.session_key == request.session.session_key:
        why = "key_revoked" if not device.confirmed else "too_long"
        end_session(user, terminal_of(request), why=why, now=now)
    logout(request)
    messages.warning(
        request,
        _("ほかの端末でのログイン、時間切れ、または職員証の取消しのため、ログアウトしました。"),
    )
    return _go("login", request)


def _go(name: str, request: HttpRequest) -> HttpResponse:
    """Send to a page and remember the way back, where going back means reading again."""
    if request.method != "GET" or request.path == "/":
        return redirect(name)
    return redirect(f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}")


def _record_denial(request: StaffRequest) -> None:
    with transaction.atomic():
        record_by(
            request.actor,
            "access.denied",
            reason=str(request.purpose or "権限のない操作"),
            now=request.now,
            subject=request.path[:100],
        )
