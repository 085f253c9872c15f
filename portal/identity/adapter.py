"""allauth's hooks: who may sign up through the app, what is recorded, how failures are shown."""

import logging
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount import forms as allauth
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts import plain
from portal.identity.errors import AppFailed, failure_of
from portal.identity.pages import failure_page
from portal.languages import chosen_language
from portal.models import Resident
from portal.services.events import actor_of, record

logger = logging.getLogger(__name__)


class SocialAdapter(DefaultSocialAccountAdapter):
    """One account for one pseudonym; accounts are never joined by e-mail address or name."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "email_taken": _(
            "このメールアドレスは、別の利用者が使っています。"
            "その利用者と%sの利用者を、自動でまとめることはありません。"
            "ほかのメールアドレスを入力するか、その利用者でログインしてください。"
        )
    }

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Any:
        """Make the account and its tie to the app, with the record, or nothing."""
        with transaction.atomic():
            sociallogin.user.language = chosen_language(request)
            resident: Resident = super().save_user(request, sociallogin, form)
            record(
                by=actor_of(resident),
                action="account.app_signup",
                subject=actor_of(resident),
                now=timezone.now(),
            )
        return resident

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Record the sign-in of a known holder: allauth has just renewed their attributes."""
        if sociallogin.is_existing:
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
        raise ImmediateHttpResponse(failure_page(request, failed))


class SignupForm(allauth.SignupForm):
    """Asks for the e-mail address alone: the app has said who it is."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self)
