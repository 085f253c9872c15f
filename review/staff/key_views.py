"""Pages of security keys (職員証): one's own, their approval, and the log-in with one."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from review.errors import Refusal
from review.staff import keys, services
from review.staff.access import StaffRequest, signed_in, staff_only
from review.staff.devices import SecurityKey
from review.staff.forms import DecisionForm
from review.staff.roles import Role


class KeyForm(forms.Form):
    """A new key (職員証): its name, and what it answered."""

    name = forms.CharField(
        label=gettext_lazy("職員証の名前"),
        max_length=40,
        help_text=gettext_lazy("例 職員証カード、予備のUSBキー"),
    )
    answer = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)


@signed_in
@require_http_methods(["GET", "POST"])
def own_keys(request: StaffRequest) -> HttpResponse:
    """One's own keys; by POST, register another."""
    form = KeyForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            keys.register(request, request.user, by=request.actor, now=request.now, **given)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("登録しました。管理者が承認すると、ログインに使えます。"))
            return redirect("keys")
    context = {
        "form": form,
        "keys": SecurityKey.objects.filter(user=request.user).order_by("id"),
        "options": keys.options_to_register(request, request.user),
    }
    status = 422 if form.errors else 200
    return render(request, "review/staff/keys.html", context, status=status)


@require_POST
def login_key(request: HttpRequest) -> HttpResponse:
    """Second step with a security key instead of a code."""
    now = cast(StaffRequest, request).now
    try:
        services.check_key(request, str(request.POST.get("answer", ""))[:20_000], now=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("login-code")
    return redirect(request.session.pop("next", "/"))


cast(Any, login_key).access = "signed_in"
cast(Any, login_key).second_step = True


@staff_only(Role.ADMIN)
@require_POST
def approve(request: StaffRequest, key_id: int) -> HttpResponse:
    """Approve a key that another person registered, by a decision (決裁)."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("決裁番号を入力してください。"))
        return redirect("staff-member", _key(key_id).user.get_username())
    done = _("職員証を承認しました。")
    return _do(request, key_id, keys.approve, done, decision=form.cleaned_data["decision"])


@staff_only(Role.ADMIN)
@require_POST
def revoke(request: StaffRequest, key_id: int) -> HttpResponse:
    """End a key at once, for example a lost one."""
    return _do(request, key_id, keys.revoke, _("職員証を取り消しました。"))


def _key(key_id: int) -> SecurityKey:
    return get_object_or_404(SecurityKey.objects.select_related("user"), pk=key_id)


def _do(
    request: StaffRequest, key_id: int, service: Callable[..., SecurityKey], done: str, **given: Any
) -> HttpResponse:
    key = _key(key_id)
    try:
        service(key, by=request.actor, now=request.now, **given)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("staff-member", key.user.get_username())
