"""The post: what the worker sends of the mails that accounts have ordered, and the links in it."""

import re
from datetime import datetime

from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from portal.mails import sending


def delivers(now: datetime | None = None) -> list[EmailMessage]:
    """Let the worker send what is due; return the letters that went out."""
    before = len(mail.outbox)
    sending.send_due(now or timezone.now())
    return mail.outbox[before:]


def path_in(letter: EmailMessage, pattern: str = "/account/") -> str:
    """Return the path of the one link in a letter, "" where it leads elsewhere."""
    found = re.search(rf"https?://[^/]+({pattern}\S*)", str(letter.body))
    return found[1] if found else ""
