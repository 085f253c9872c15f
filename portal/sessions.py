"""Sessions (ログインの状態) that are prolonged when a minute of them has gone, not with every page.

A session lives on for SESSION_COOKIE_AGE from when it was prolonged last, and is prolonged as soon
as less than SESSION_SURE is left: nobody has less than that from the last page, and most pages
write nothing. Prolonging writes the end alone: a slow page must not put back what it has read when
another request has stored more since then.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from config.keyed import row_by

BROKEN = 500


class SessionStore(db.SessionStore):
    """Django's sessions in the database; one that was read knows when it ends."""

    ends: datetime | None = None
    # Set by a page that is asked for to keep the session alive.
    kept_alive = False

    def _get_session_from_db(self) -> Session | None:
        found = row_by(Session, session_key=self.session_key)
        if found is None or found.expire_date <= timezone.now():
            self._session_key = None
            return None
        self.ends = found.expire_date
        return found

    def is_due(self, now: datetime) -> bool:
        """Tell whether the session that was read has to be prolonged."""
        if self.ends is None:
            return False
        return self.kept_alive or self.ends - now < settings.SESSION_SURE

    def prolong(self, now: datetime) -> bool:
        """Let the session end later, whatever it holds by now; False where it has gone."""
        ends = self.get_expiry_date()
        lasting = Session.objects.filter(session_key=self.session_key, expire_date__gt=now)
        return bool(lasting.update(expire_date=ends))


class SessionMiddleware(DjangoSessionMiddleware):
    """Saves what was changed, and prolongs what is due."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        session, now = getattr(request, "session", None), timezone.now()
        # What was changed was saved, and is prolonged by that; an error page prolongs nothing.
        if not isinstance(session, SessionStore) or session.modified:
            return response
        if response.status_code < BROKEN and session.is_due(now) and session.prolong(now):
            _set_cookie(response, session)
        return response


def _set_cookie(response: HttpResponse, session: SessionStore) -> None:
    """Let the browser keep the session's cookie as long as the session lasts, as Django does."""
    kept: dict[str, Any] = {
        # One that ends with the browser has no age, and keeps none.
        "max_age": None if session.get_expire_at_browser_close() else session.get_expiry_age(),
        "domain": settings.SESSION_COOKIE_DOMAIN,
        "path": settings.SESSION_COOKIE_PATH,
        "secure": settings.SESSION_COOKIE_SECURE,
        "httponly": settings.SESSION_COOKIE_HTTPONLY,
        "samesite": settings.SESSION_COOKIE_SAMESITE,
    }
    response.set_cookie(settings.SESSION_COOKIE_NAME, session.session_key or "", **kept)
