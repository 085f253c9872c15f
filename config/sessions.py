"""Sessions (セッション) that have ended: their rows hold what was being done, and go daily."""

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db.models import QuerySet


def expired(now: datetime) -> QuerySet[Session]:
    """Return the sessions that nobody can go on with."""
    return Session.objects.filter(expire_date__lt=now)
