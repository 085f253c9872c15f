"""Log-in, reason, users: the pages around the work."""

from dataclasses import asdict
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from review.errors import Refusal
from review.staff import keys, services
from review.staff.access import StaffRequest, public, signed_in, staff_only
from review.staff.asking import give
from review.staff.forms import CodeForm, NewPasswordForm, PasswordForm, ReasonForm
from review.staff.models import StaffMember
from review.staff.purpose import Purpose
from review.staff.roles import Role


def next_of(request: HttpRequest) -> str:
    """Return where to go on to: a page of this site, or the first page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if safe and wanted.startswith("/") else "/"


def _page(request: HttpRequest, template: str, form: forms.Form, **more: Any) -> HttpResponse:
    context = {"form": form, "next": next_of(request), **more}
    return render(request, template, context, status=422 if form.errors else 200)


@public
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """First step: 職員番号 and password."""
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            now = cast(StaffRequest, request).now
            services.check_password(request, given["number"], given["password"], now=now)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            request.session["next"] = next_of(request)
            return redirect("login-code")
    return _page(request, "review/staff/login.html", form)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def login_code(request: HttpRequest) -> HttpResponse:
    """Second step: the one-time code."""
    if cast(Any, request.user).is_verified():
        return redirect("today")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        now = cast(StaffRequest, request).now
        try:
            services.check_code(request, form.cleaned_data["code"], now=now)
        except Refusal as refusal:
            form.add_error("code", str(refusal))
        else:
            return redirect(request.session.pop("next", "/"))
    asked = keys.options_to_ask(request, cast(StaffMember, request.user))
    return _page(request, "review/staff/login_code.html", form, options=asked)


cast(Any, login_code).access = "signed_in"
cast(Any, login_code).second_step = True


@public
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session; the browser forgets everything of this site."""
    services.log_out(request, now=cast(StaffRequest, request).now)
    response = redirect("login")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@signed_in
@require_http_methods(["GET", "POST"])
def reason(request: StaffRequest) -> HttpResponse:
    """Ask for the 処理事由 before a person's data opens, or to change it."""
    current = request.purpose
    contractor = request.user.holds(Role.CONTRACTOR)
    initial = asdict(current) if current else None
    form = ReasonForm(request.POST or None, initial=initial, contractor=contractor)
    if form.is_valid():
        give(request, Purpose(**form.cleaned_data))
        return redirect(next_of(request))
    return _page(request, "review/staff/reason.html", form)


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: StaffRequest) -> HttpResponse:
    """Change one's own password; after 180 days every page leads here."""
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.change_password(
                request.user, given["current"], given["new"], by=request.actor, now=request.now
            )
        except Refusal as refusal:
            form.add_error("new", str(refusal))
        else:
            update_session_auth_hash(request, request.user)
            request.user.session_key = str(request.session.session_key)
            request.user.save(update_fields=["session_key"])
            messages.success(request, _("パスワードを変更しました。"))
            return redirect(next_of(request))
    old = request.user.password_is_old(request.now)
    return _page(request, "review/staff/password.html", form, old=old)


cast(Any, password).renews = True
cast(Any, reason).asks_reason = True


@staff_only(Role.ADMIN)
@require_POST
def unlock(request: StaffRequest, number: str) -> HttpResponse:
    """Open an account that wrong tries have locked."""
    member = get_object_or_404(StaffMember, number=number)
    try:
        services.unlock(member, by=request.actor, now=request.now, reason=_("ロックの解除"))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("ロックを解除しました。"))
    return redirect("staff")
