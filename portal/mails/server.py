"""The mail server (メールサーバー), and what all mails have in common: the city's name."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string

from config.context import load_municipality_file
from config.translations.said import say


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
