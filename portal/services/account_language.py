"""The language of an account (利用者の言語): in which its mails are written."""

from datetime import datetime

from django.db import transaction

from portal.models import Resident
from portal.services.events import record


def choose(resident: Resident, language: str, *, by: str, now: datetime) -> None:
    """Store the language that a resident chose."""
    with transaction.atomic():
        resident.language = language
        resident.save(update_fields=["language"])
        record(by=by, action="language.choose", subject=by, now=now, language=language)
