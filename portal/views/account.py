"""The account's own pages: an e-mail address added later, and a password beside the app."""

from allauth.account.views import password_set
from allauth.core import ratelimit
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from portal.accounts import plain
from portal.errors import PortalError
from portal.identity.fresh import CARD, came_in
from portal.models import Resident
from portal.services import address as addresses
from portal.services.events import actor_of
from portal.views.access import asks_password, personal, resident_of

FORM = ["GET", "HEAD", "POST"]


class AddressForm(forms.Form):
    """The address for notices (お知らせを受け取るメールアドレス)."""

    email = forms.EmailField(
        label=_("メールアドレス"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("メールアドレスを入力してください。"),
            "max_length": _("メールアドレスは、254文字までで入力してください。"),
        },
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        plain(self)

    def clean_email(self) -> str:
        """Refuse letters that only look like a mailbox's: lowered, they would name another."""
        typed: str = self.cleaned_data["email"]
        if not typed.rpartition("@")[0].isascii():
            raise forms.ValidationError(self.fields["email"].error_messages["invalid"])
        return typed.lower()


@require_http_methods(FORM)
@personal
def address(request: HttpRequest) -> HttpResponse:
    """Show the address that is registered, or ask for one and send it a link."""
    resident = resident_of(request)
    # An address can reset the password: who changes it has just shown that they know that.
    if resident.has_usable_password() and not came_in(request, timezone.now()):
        return asks_password(request)
    typed, asked_at = request.POST if request.method == "POST" else None, resident.asked_at
    form = AddressForm(typed, initial={"email": resident.asked_email or resident.email})
    if form.is_valid():
        if refused := ratelimit.consume_or_429(request, action="manage_email", user=resident):
            return refused
        try:
            _ask(request, resident, form.cleaned_data["email"])
            return redirect("account_email")
        except PortalError as error:
            form.add_error(None, error.message)
    words = {
        "form": form,
        "resident": resident,
        "on_its_way": bool(asked_at and timezone.now() - asked_at < addresses.LINK_HOLDS),
        "has_errors": bool(form.errors),
    }
    return render(request, "account/email.html", words, status=422 if form.errors else 200)


def _ask(request: HttpRequest, resident: Resident, typed: str) -> None:
    # Whoever's it is: nobody's mailbox is filled by what is typed here.
    if not ratelimit.consume(request, action="ask_address", key=typed):
        raise PortalError(
            _("確認のメールは、もう送りました。3分ほど待って、もう一度お試しください。")
        )
    addresses.ask(resident, typed, by=actor_of(resident), now=timezone.now())


@require_http_methods(FORM)
@personal
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm an address by the link in its mailbox, logged in; a look alone confirms nothing."""
    visitor, problem = resident_of(request), ""
    holder: Resident | None = None
    try:
        holder = addresses.holder_of(token, visitor)
        if request.method == "POST" and holder.asked_email:
            addresses.confirm(token, visitor, now=timezone.now())
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
    if not addresses.is_confirmed(resident) and not resident.has_usable_password():
        return redirect("account_email")
    if not resident.has_usable_password() and not came_in(request, timezone.now(), CARD):
        return render(request, "account/hold_card_again.html")
    response: HttpResponse = password_set(request)
    return response
