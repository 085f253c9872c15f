"""Who may open a page, and how a page is opened again after the session has run out."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing as cookie_signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone

from config.keyring import KeyringError
from portal import years
from portal.models import Resident
from portal.queries import NoDraft

View = Callable[..., HttpResponse]
KEPT = "kept_page"
# Never kept aside, not even sealed: tokens, numbers, card reads and signatures.
NOT_KEPT = {"csrfmiddlewaretoken", "personal_number", "read", "certificate", "signature"}
# The largest page, a list of medical receipts, has 60,000 characters of at most 4 bytes (UTF-8).
MAX_KEPT = 256 * 1024


def personal(view: View) -> View:
    """Let only residents in, forbid caches to keep the page, and remember where a visitor was.

    A page posted after the session has run out is kept aside, sealed and bound to its owner, so
    that logging in again shows it with what was typed.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated and "preview" in request.POST:
            # Asked for by the page itself: a log-in page must not land in the estimate's place.
            response: HttpResponse = HttpResponse(status=401)
        elif not request.user.is_authenticated:
            _keep(request)
            target = urlencode({"next": request.path})
            response = HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{target}")
        else:
            try:
                response = view(request, *args, **kwargs)
            except NoDraft:
                _say_if_closed(request, kwargs.get("place", ""))
                response = redirect("portal:start")
        response["Cache-Control"] = "no-store"
        return response

    return guarded


def asks_password(request: HttpRequest) -> HttpResponse:
    """Send who has to show that they know the password to where they do, and back."""
    return redirect_to_login(request.path, reverse("account_reauthenticate"))


def _say_if_closed(request: HttpRequest, place: str) -> None:
    """Tell who follows an old address into a year that is over why they land at the beginning."""
    tax_year = place.partition("-")[0]
    known = re.fullmatch("R[1-9][0-9]?", tax_year)
    if known and (words := years.if_over(tax_year, timezone.localdate())):
        messages.warning(request, words)


def resident_of(request: HttpRequest) -> Resident:
    """Return who is logged in; `personal` has seen to it that somebody is."""
    return cast(Resident, request.user)


def owner_token(request: HttpRequest) -> str:
    """Return the hidden field by which a posted page names whose it is."""
    return cookie_signing.dumps(request.user.pk, salt="portal.kept")


@dataclass(frozen=True)
class Kept:
    """What was posted to a page when the session had run out; `lost` says what was not kept."""

    fields: dict[str, list[str]]
    too_much: bool = False
    files: bool = False

    @property
    def lost(self) -> bool:
        return self.too_much or self.files

    def as_posted(self) -> QueryDict | None:
        """Return the fields as a form takes them; None where nothing was kept."""
        data = QueryDict(mutable=True)
        for name, values in self.fields.items():
            data.setlist(name, values)
        return data if self.fields else None


def kept_answers(request: HttpRequest) -> Kept | None:
    """Return, once, what this resident had posted to this page when the session had run out."""
    kept = request.session.get(KEPT)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[KEPT]
    try:
        plain = settings.DATA_KEYRING.decrypt(
            bytes.fromhex(kept["sealed"]), row=f"session:kept:{request.path}"
        )
    except KeyringError:
        return None
    content = json.loads(plain)
    if content["owner"] != request.user.pk:
        return None
    return Kept(content["fields"], content.get("too_much", False), content.get("files", False))


def _keep(request: HttpRequest) -> None:
    """Keep a posted page aside; what is too much, or a file, is not kept, but that it was there."""
    if request.method != "POST" or "keep" not in request.POST:
        return
    try:
        owner = cookie_signing.loads(request.POST["keep"], salt="portal.kept", max_age=86_400)
    except cookie_signing.BadSignature:
        return
    fields = {name: request.POST.getlist(name) for name in request.POST if name not in NOT_KEPT}
    known = {"owner": owner, "files": getattr(request, "skipped_uploads", False)}
    plain = _written(known | {"fields": fields})
    if len(plain) > MAX_KEPT:
        plain = _written(known | {"fields": {}, "too_much": True})
    sealed = settings.DATA_KEYRING.encrypt(plain, row=f"session:kept:{request.path}")
    request.session[KEPT] = {"path": request.path, "sealed": sealed.hex()}


def _written(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()
