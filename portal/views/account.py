"""The account's own pages: an e-mail address added later, and a password beside the app."""

from datetime import datetime, timedelta

from allauth.account.authentication import get_authentication_records
from allauth.account.views import password_set
from allauth.core import ratelimit
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.accounts import plain
from portal.errors import PortalError
from portal.services import address as addresses
from portal.services.events import actor_of
from portal.views.access import personal, resident_of

FORM = ["GET", "HEAD", "POST"]
# A password opens the account for good: who sets one has held the card just now.
JUST_NOW = timedelta(minutes=5)


class AddressForm(forms.Form):
    """The address for notices (お知らせを受け取るメールアドレス)."""

    email = forms.EmailField(
        label=_("メールアドレス"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("メールアドレスを入力してください。")},
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        plain(self)


@require_http_methods(FORM)
@personal
def address(request: HttpRequest) -> HttpResponse:
    """Show the address that is registered, or ask for one and send it a link."""
    resident = resident_of(request)
    form = AddressForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if refused := ratelimit.consume_or_429(request, action="manage_email", user=resident):
            return refused
        typed = form.cleaned_data["email"]
        try:
            # Whoever's it is: nobody's mailbox is filled by what is typed here.
            if not ratelimit.consume(request, action="ask_address", key=typed.lower()):
                raise PortalError(
                    _("確認のメールは、もう送りました。3分ほど待って、もう一度お試しください。")
                )
            addresses.ask(resident, typed, by=actor_of(resident), now=timezone.now())
            return redirect("account_email")
        except PortalError as error:
            form.add_error(None, error.message)
    words = {"form": form, "resident": resident, "has_errors": bool(form.errors)}
    return render(request, "account/email.html", words, status=422 if form.errors else 200)


@never_cache
@require_http_methods(FORM)
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm an address by the link in its mailbox; a look at the page alone confirms nothing."""
    problem = ""
    try:
        holder = addresses.holder_of(token)
        if request.method == "POST" and holder.asked_email:
            addresses.confirm(token, now=timezone.now())
            return redirect(request.path)
    except PortalError as error:
        holder, problem = None, error.message
    words = {"holder": holder, "problem": problem, "has_errors": bool(problem)}
    status = 422 if problem else 200
    return render(request, "account/email_confirm_later.html", words, status=status)


@require_http_methods(FORM)
@personal
def set_password(request: HttpRequest) -> HttpResponse:
    """Let who came in with the app choose a password, once an address is confirmed."""
    resident = resident_of(request)
    if not resident.email:
        return redirect("account_email")
    if not resident.has_usable_password() and not _held_card(request, timezone.now()):
        return render(request, "account/hold_card_again.html")
    response: HttpResponse = password_set(request)
    return response


def _held_card(request: HttpRequest, now: datetime) -> bool:
    """Tell whether this log-in came with the app a moment ago."""
    limit = (now - JUST_NOW).timestamp()
    records = get_authentication_records(request, request.user)
    return any(one["method"] == "socialaccount" and one["at"] > limit for one in records)
