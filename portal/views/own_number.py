"""The filer's own 個人番号 (本人のマイナンバー), typed where all else came with the card.

A number that cannot be one stands as an error at its box; what was typed is never sent back.
"""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.fields import PersonalNumberInput
from portal.errors import CardRefused
from portal.interview.text import to_half_width
from portal.models import Draft
from portal.services import drafts
from portal.services.cards import card_of, check_number
from portal.services.events import actor_of
from portal.signers import app_read
from portal.views.access import resident_of

# The box of the card page that held what cannot be a number: told once, where it leads back.
REFUSED = "own_number_refused"
# The card page has up to two boxes: below what came with the log-in, and before the app reads.
BOXES = ("own", "read")


class OwnNumberField(forms.CharField):
    """Twelve digits in any width and grouping, the last of which checks the others."""

    widget = PersonalNumberInput

    def __init__(self) -> None:
        super().__init__(label=_("マイナンバー"), help_text=_("カードの裏の12けたの数字です。"))

    def clean(self, value: Any) -> str:
        text = to_half_width(str(value or "")[:40])
        number = "".join(mark for mark in text if mark not in " -‐‑–—−ー")
        try:
            check_number(number)
        except CardRefused as refused:
            raise forms.ValidationError(refused.message) from refused
        return number


class OwnNumberForm(forms.Form):
    """The number alone."""

    personal_number = OwnNumberField()


def number_boxes(session: SessionBase) -> dict[str, OwnNumberForm]:
    """Return the card page's boxes, with the error of the one that sent the browser back."""
    refused = session.pop(REFUSED, "")
    return {
        box: OwnNumberForm({} if box == refused else None, auto_id=f"number-{box}-%s")
        for box in BOXES
    }


def copy_card(
    request: HttpRequest,
    draft: Draft,
    certificate: bytes,
    number: str,
    *,
    version: int,
    now: datetime,
) -> Draft:
    """Copy the card that the resident came in with, looked at again as it is now (自動転記)."""
    app_read.check_certificate(certificate, now=now)
    return drafts.save_card(
        draft,
        card_of(certificate, number, agent=bool(draft.whose)),
        version=version,
        by=actor_of(resident_of(request)),
        now=now,
    )
