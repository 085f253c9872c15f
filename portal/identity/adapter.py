"""allauth's hooks: who may sign up through the app, what is recorded, how failures are shown."""

import logging
from datetime import timedelta
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.identity.errors import AppFailed, failure_of
from portal.identity.fresh import JUST_NOW, PASSWORD, came_in
from portal.identity.pages import failure_page
from portal.identity.person import attributes_of
from portal.languages import chosen_language
from portal.models import Resident
from portal.services.card_login import tie
from portal.services.events import actor_of, record
from portal.services.same_person import accounts_of, key_of, remember

# As long as allauth keeps what it asked the app.
TIE_TAKES = timedelta(minutes=10)
logger = logging.getLogger(__name__)


class SocialAdapter(DefaultSocialAccountAdapter):
    """One account for one pseudonym; accounts are never joined by e-mail address or name."""

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Let somebody in at once, unless they seem to have an account: then they are asked."""
        return not accounts_of(_key_of(sociallogin)).exists()

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Any:
        """Make the account and its tie to the app, with the record, or nothing.

        It has no e-mail address: one is asked for later, and counts once it is confirmed.
        """
        with transaction.atomic():
            sociallogin.user.language = chosen_language(request)
            sociallogin.user.email = None
            sociallogin.user.person = _key_of(sociallogin)
            resident: Resident = super().save_user(request, sociallogin, None)
            record(
                by=actor_of(resident),
                action="account.app_signup",
                subject=actor_of(resident),
                now=timezone.now(),
            )
        return resident

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Record the sign-in of a known holder: allauth has just renewed their attributes.

        Whose account it is is kept anew as well: those from before the fold have none. A card that
        is to be tied to an account (portal/views/card_login.py) logs nobody in.
        """
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            _tie(request, sociallogin)
            raise ImmediateHttpResponse(redirect("portal:settings"))
        if sociallogin.is_existing:
            remember(sociallogin.user, _key_of(sociallogin))
            by = actor_of(sociallogin.user)
            record(by=by, action="account.app_login", subject=by, now=timezone.now())

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Show what went wrong and the remedy, in place of allauth's page."""
        if isinstance(exception, AppFailed):
            failed = exception
        elif error == AuthError.UNKNOWN and not (extra_context or {}).get("state"):
            failed = AppFailed("state", "unknown_state")
        else:
            said = request.GET.get("error_description", "")
            failed = failure_of(request.GET.get("error", ""), said)
        logger.warning("sign-in with the app failed: %s %s", failed.code, failed.detail)
        # Who is logged in has come from the settings, to tie a card or to choose a password.
        back = reverse("portal:settings") if request.user.is_authenticated else ""
        raise ImmediateHttpResponse(failure_page(request, failed, back=back))


def _key_of(sociallogin: SocialLogin) -> str:
    return key_of(attributes_of(sociallogin.account))


def _tie(request: HttpRequest, sociallogin: SocialLogin) -> None:
    """Tie the card to who asked for it, here and just now; AppFailed for everybody else."""
    now, resident = timezone.now(), request.user
    if not isinstance(resident, Resident) or resident.pk != sociallogin.state.get("resident"):
        raise AppFailed("state", "asked_by_another")
    if not came_in(request, now, PASSWORD, within=JUST_NOW + TIE_TAKES):
        raise AppFailed("expired", "password_too_long_ago")
    tie(resident, sociallogin.account, by=actor_of(resident), now=now)
    messages.success(request, _("マイナンバーカードでもログインできるようになりました。"))
