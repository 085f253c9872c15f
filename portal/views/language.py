"""The choice of a language (言語): kept in the browser and, for those logged in, in the account."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from portal.services import account_language
from portal.services.events import actor_of
from portal.views.access import resident_of

# Addresses that can only be posted to, and the page that they belong to.
PAGES = {"portal:sign-submit": "portal:sign", "portal:item-remove": "portal:section"}


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Store the language and go back to the page, or to the first one."""
    chosen = request.POST.get("language", "")
    response = _back_to(request, request.POST.get("next", ""))
    if chosen not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated:
        resident = resident_of(request)
        account_language.choose(resident, chosen, by=actor_of(resident), now=timezone.now())
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
    return response


def _back_to(request: HttpRequest, address: str) -> HttpResponse:
    if not url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    ):
        return redirect("portal:landing")
    try:
        match = resolve(address.split("?")[0])
    except Resolver404:
        return redirect("portal:landing")
    if match.view_name in PAGES:
        words = {name: match.kwargs[name] for name in ("place", "section") if name in match.kwargs}
        return redirect(PAGES[match.view_name], **words)
    return redirect(address)
