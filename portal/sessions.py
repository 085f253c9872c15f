"""Sessions (ログインの状態) that are prolonged when a minute of them has gone, not with every page.

A session lives on for SESSION_COOKIE_AGE from when it was prolonged last, and is prolonged as soon
as less than SESSION_SURE is left: nobody has less than that from the last page, and most pages
write nothing.
"""

from datetime import datetime

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from config.keyed import row_by


class SessionStore(db.SessionStore):
    """Django's sessions in the database; one that was read knows when it ends."""

    ends: datetime | None = None

    def _get_session_from_db(self) -> Session | None:
        found = row_by(Session, session_key=self.session_key)
        if found is None or found.expire_date <= timezone.now():
            self._session_key = None
            return None
        self.ends = found.expire_date
        return found

    def is_due(self, now: datetime) -> bool:
        """Tell whether the session that was read has to be prolonged."""
        return self.ends is not None and self.ends - now < settings.SESSION_SURE


class SessionMiddleware(DjangoSessionMiddleware):
    """Saves what was changed, and what is due."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        session = getattr(request, "session", None)
        if isinstance(session, SessionStore) and session.is_due(timezone.now()):
            session.modified = True
        return super().process_response(request, response)
