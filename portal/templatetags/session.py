"""How long whoever is logged in stays so: what the page needs to warn of the end in time."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def session_seconds() -> int:
    """Return how long a session lasts at most from when it was prolonged."""
    return int(settings.SESSION_COOKIE_AGE)


@register.simple_tag
def session_sure_seconds() -> int:
    """Return how long it surely lasts from any page."""
    return int(settings.SESSION_SURE.total_seconds())
