"""Logging in with the card as well (カードでもログイン): for who has a password, on their word."""

from allauth.core import ratelimit
from allauth.socialaccount.adapter import get_adapter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.errors import PortalError
from portal.identity import service
from portal.identity.fresh import PASSWORD, came_in
from portal.services.card_login import ties_of, untie
from portal.services.events import actor_of
from portal.views.access import asks_password, personal, resident_of

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
@personal
def card(request: HttpRequest) -> HttpResponse:
    """Say what tying the card means; posted, send the browser to the app."""
    resident = resident_of(request)
    if not service.available():
        raise Http404
    if not resident.has_usable_password() or ties_of(resident).exists():
        return redirect("portal:settings")
    if not came_in(request, timezone.now(), PASSWORD):
        return asks_password(request)
    if request.method == "POST":
        if refused := ratelimit.consume_or_429(request, action="app_start"):
            return refused
        provider = get_adapter().get_provider(request, "auth_app")
        response: HttpResponse = provider.begin_tie(request, resident)
        return response
    return render(request, "account/card.html")


@require_http_methods(FORM)
@personal
def remove(request: HttpRequest) -> HttpResponse:
    """Ask once more, then take the card away: the password that stays has just been entered."""
    resident = resident_of(request)
    if not resident.has_usable_password() or not ties_of(resident).exists():
        return redirect("portal:settings")
    if not came_in(request, timezone.now(), PASSWORD):
        return asks_password(request)
    if request.method == "POST":
        try:
            untie(resident, by=actor_of(resident), now=timezone.now())
            messages.success(
                request, _("カードを外しました。メールアドレスとパスワードでログインします。")
            )
        except PortalError as error:
            messages.error(request, error.message)
        return redirect("portal:settings")
    return render(request, "account/card_remove.html")
