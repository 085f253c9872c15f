"""The language of a page (言語): what was chosen, and what can be shown in it.

A complete language goes the whole way. One that has only begun is shown on the first pages; the
others come in the language that the settings name for it, and say so.
"""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import check_for_language
from django.utils.translation.trans_real import parse_accept_lang_header

# Pages of which the begun languages have every word.
FIRST_PAGES = {"portal:landing", "portal:check-duty", "portal:hub"}


def shown_language(code: str) -> str:
    """Return the language in which everything can be said to somebody who chose `code`."""
    known = dict(settings.LANGUAGES)
    return settings.BEGUN_LANGUAGES.get(code, code) if code in known else settings.LANGUAGE_CODE


def chosen_language(request: HttpRequest) -> str:
    """Return what the visitor chose, here or in their browser."""
    return getattr(request, "chosen_language", settings.LANGUAGE_CODE)


class LanguageMiddleware:
    """Chooses by cookie, else by the account, else by the browser; stands behind the log-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = _choice(request)
        request.chosen_language = chosen  # type: ignore[attr-defined]
        # Error pages never reach `process_view`: they come in a complete language.
        _activate(request, shown_language(chosen))
        response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", translation.get_language() or "ja")
        return response

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        match = request.resolver_match
        if match and match.view_name in FIRST_PAGES:
            _activate(request, chosen_language(request))


def _activate(request: HttpRequest, code: str) -> None:
    translation.activate(code)
    request.LANGUAGE_CODE = code
    # What the page's notice says: chosen, but not yet there.
    request.language_missing = (  # type: ignore[attr-defined]
        "" if code == chosen_language(request) else chosen_language(request)
    )


def _choice(request: HttpRequest) -> str:
    asked = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if not asked and request.user.is_authenticated:
        asked = request.user.language
    if asked in dict(settings.LANGUAGES) and check_for_language(asked):
        return asked
    # Browsers say "fil" for what Django and our catalogues call "tl".
    wanted = re.sub(r"\bfil\b", "tl", request.headers.get("Accept-Language", ""))
    return _of_browser(wanted)


def _of_browser(wanted: str) -> str:
    for code, _weight in parse_accept_lang_header(wanted):
        if code == "*":
            break
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
