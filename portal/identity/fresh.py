"""Who has just shown that they may (本人の確認): by password or by card, in this session."""

from datetime import datetime, timedelta

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

# What opens an account for good is asked of who came in a moment ago.
JUST_NOW = timedelta(minutes=5)
PASSWORD, CARD = "password", "socialaccount"


def came_in(request: HttpRequest, now: datetime, *ways: str, within: timedelta = JUST_NOW) -> bool:
    """Tell whether who is logged in has just shown that they may, in one of the ways or any."""
    limit = (now - within).timestamp()
    records = get_authentication_records(request, request.user)
    return any(one["at"] > limit and (not ways or one["method"] in ways) for one in records)
