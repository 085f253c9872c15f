"""allauth in this city's words and this site's forms."""

import logging
from typing import Any

from allauth.account import forms as allauth
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.forms import BaseForm, EmailField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from config.context import load_municipality_file
from config.keyed import row_by
from config.translations.said import say
from portal.languages import chosen_language
from portal.models import Resident

logger = logging.getLogger(__name__)


class Backend(AuthenticationBackend):
    """Log-in (ログイン) as allauth does it; who is logged in is read on every page."""

    def get_user(self, user_id: Any) -> Resident | None:
        resident = row_by(Resident, id=user_id)
        return resident if resident and self.user_can_authenticate(resident) else None


class AccountAdapter(DefaultAccountAdapter):
    """Account mails (利用者へのメール): they name the city, and nothing of the person."""

    # Whether the last mail left; who has to say so to the sender asks here.
    went = True
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy(
            "メールアドレスかパスワードがちがいます。確かめて、もう一度入力してください。"
        ),
        "enter_current_password": gettext_lazy(
            "いまのパスワードとちがいます。確かめて、もう一度入力してください。"
        ),
        "incorrect_password": gettext_lazy(
            "いまのパスワードとちがいます。確かめて、もう一度入力してください。"
        ),
        "too_many_login_attempts": gettext_lazy(
            "ログインを何度もまちがえました。5分ほど待って、もう一度お試しください。"
        ),
    }

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Keep the language in which somebody signs up: their mails will come in it."""
        user.language = chosen_language(request)
        return super().save_user(request, user, form, commit)

    def format_email_subject(self, subject: str) -> str:
        """Begin every subject with the city's name, so that the sender is plain."""
        city = say(load_municipality_file(settings.MUNICIPALITY_FILE)["name"])
        return f"{city} {subject}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send an account's mail; a mail server that is away must not keep anybody out."""
        try:
            super().send_mail(template_prefix, email, context)
            self.went = True
        except OSError as error:  # smtplib's errors are OSErrors
            self.went = False
            logger.error("%s could not be sent: %s", template_prefix, type(error).__name__)


# allauth's own Japanese is another than this site's; its link to a new password stands below.
LABELS = {
    "oldpassword": gettext_lazy("いまのパスワード"),
    "password2": gettext_lazy("パスワード(もう一度)"),
}


def plain(form: BaseForm) -> None:
    """Take allauth's placeholders away, and say how an address is written."""
    for name, formfield in form.fields.items():
        formfield.widget.attrs.pop("placeholder", None)
        formfield.label = LABELS.get(name, formfield.label)
        if name in ("oldpassword", "password"):
            formfield.help_text = ""
        if isinstance(formfield, EmailField):
            formfield.error_messages["invalid"] = gettext_lazy(
                "メールアドレスは、taro@example.jp のような形で入力してください。"
            )
    if again := form.fields.get("password2"):
        again.label = gettext_lazy("同じパスワードをもう一度")


class LoginForm(allauth.LoginForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self)


class SignupForm(allauth.SignupForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self)


class ResetPasswordForm(allauth.ResetPasswordForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self)

    def clean_email(self) -> str:
        """Leave out who never chose a password: a mailbox alone opens no account of the app."""
        typed: str = super().clean_email()
        found: list[Any] = vars(self)["users"]
        self.users = [user for user in found if user.has_usable_password()]
        return typed


class ResetPasswordKeyForm(allauth.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self)


class ChangePasswordForm(allauth.ChangePasswordForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self)


class SetPasswordForm(allauth.SetPasswordForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self)


class ReauthenticateForm(allauth.ReauthenticateForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self)
