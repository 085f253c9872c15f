"""The page that says what went wrong with the app, and what to do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from portal.identity.errors import AppFailed

# A person's own choice is no fault; a service that is down is not ours to hide.
STATUS = {"cancelled": 200, "down": 503}


def failure_page(
    request: HttpRequest, failed: AppFailed, *, back: str = "", kept: bool = False
) -> HttpResponse:
    """Return the page for a failure; `back` leads to where the person can try again.

    `kept`: a return was being made, and what was typed there stays.
    """
    status = STATUS.get(failed.code, 403)
    kind = "info" if failed.code == "cancelled" else "error"
    said = (failed.title, failed.remedy)
    return refusal_page(request, *said, back=back, status=status, kind=kind, kept=kept)


def refusal_page(
    request: HttpRequest,
    title: str,
    remedy: str,
    *,
    back: str,
    status: int,
    kind: str = "error",
    kept: bool = False,
) -> HttpResponse:
    """Return a page that says one thing that went wrong. Nothing of it was stored."""
    words = {
        "problem": title,
        "remedy": remedy,
        "kind": kind,
        "has_errors": kind == "error",
        "back": back or reverse("account_login"),
        "signing": bool(back),
        "kept": kept,
    }
    response = render(request, "portal/app_failed.html", words, status=status)
    response["Cache-Control"] = "no-store"
    return response
