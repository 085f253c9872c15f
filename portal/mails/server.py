"""The mail server (メールサーバー), and what all mails have in common: the city's name."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.mail import get_connection, send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string

from config.context import load_municipality_file
from config.translations.said import say

# So many failures in a sweep mean that the server is away: the others need not wait for it, too.
ENOUGH = 3


def sweep(keys: Iterable[int], try_one: Callable[[int, BaseEmailBackend], bool | None]) -> int:
    """Try each mail over one connection; return how many went out.

    `try_one` tells whether a mail went out, None where there was none to send (any more).
    """
    server, sent, failed = get_connection(), 0, 0
    try:
        for key in keys:
            went = try_one(key, server)
            sent, failed = sent + (went is True), failed + (went is False)
            if failed == ENOUGH:
                break
    finally:
        close(server)
    return sent


def post(to: str, subject: str, body: str, words: dict[str, Any], server: BaseEmailBackend) -> None:
    """Send one mail of two templates in the language that is on; OSError where it cannot go."""
    municipality = load_municipality_file(settings.MUNICIPALITY_FILE)
    words = words | {"municipality": municipality | {"name": say(municipality["name"])}}
    # A connection that is open already is used; the first mail opens it.
    server.open()
    send_mail(
        subject=" ".join(render_to_string(subject, words).split()),
        message=render_to_string(body, words).strip() + "\n",
        from_email=None,
        recipient_list=[to],
        connection=server,
    )


def close(server: BaseEmailBackend) -> None:
    """Close a connection that may be gone already."""
    with suppress(OSError):
        server.close()
