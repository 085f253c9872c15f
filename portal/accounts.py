"""allauth in this city's words and this site's forms."""

from typing import Any

from allauth.account import forms as allauth
from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core import context, ratelimit
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BaseForm, EmailField
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from config.fields import EmailInput, EraDateField
from config.keyed import row_by
from portal.languages import chosen_language
from portal.mails import orders
from portal.models import Resident
from portal.services import address as addresses
from portal.services.events import actor_of, record

_TOO_OFTEN = gettext_lazy(
    "このメールアドレスでは、何度も登録されています。"
    "別のメールアドレスを使うか、マイナンバーカードではじめてください。"
)
_TRIED_TOO_OFTEN = gettext_lazy(
    "何度も入力されました。明日もう一度試すか、マイナンバーカードではじめてください。"
)
_ANOTHER_DAY = gettext_lazy(
    "この登録で読み取ったカードの生まれた日と、ちがいます。確かめてください。"
    "分からないときは、マイナンバーカードではじめるか、新しく登録してください。"
)


class Backend(AuthenticationBackend):
    """Log-in (ログイン) as allauth does it; who is logged in is read on every page."""

    def get_user(self, user_id: Any) -> Resident | None:
        resident = row_by(Resident, id=user_id)
        return resident if resident and self.user_can_authenticate(resident) else None

    def _authenticate_by_email(self, email: str, password: str) -> Any:
        """Try who confirmed the address first, then who only typed it, each with their password.

        Asked the same of the database, and one hash at least, whether there is an account or not.
        """
        known = addresses.who_confirmed(email) + addresses.who_typed(email)
        return next((one for one in known if self._check_password(one, password)), None)


class AccountAdapter(DefaultAccountAdapter):
    """allauth's hooks (利用者登録): what a sign-up keeps, and who is told of a new password."""

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
        super().save_user(request, user, form, commit=False)
        # What was typed counts once its mailbox has answered to the account's holder.
        user.email, user.asked_email = None, str(user.email).lower()
        if commit:
            user.save()
        return user

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Ask the account itself: an address that was only typed names none, or several."""
        self.pre_authenticate(context.request, email=f"resident:{user.pk}")
        if not user.check_password(password):
            return False
        self._rollback_login_failed_rl_usage()
        return True

    def set_password(self, user: Any, password: str) -> None:
        """Change a password, and tell its holder, or neither."""
        by, now = actor_of(user), timezone.now()
        with transaction.atomic():
            super().set_password(user, password)
            orders.tell(orders.Kind.PASSWORD_CHANGED, user, now=now)
            record(by=by, action="password.choose", subject=by, now=now)

    def send_notification_mail(self, *_args: Any, **_options: Any) -> None:
        """Send nothing in a request: `set_password` has ordered the mail."""


# allauth's own Japanese is another than this site's; its link to a new password stands below.
LABELS = {
    "oldpassword": gettext_lazy("いまのパスワード"),
    "password2": gettext_lazy("パスワード(もう一度)"),
}


def plain(form: BaseForm) -> None:
    """Take allauth's placeholders away; take an address of any width, and say how it is written."""
    for name, formfield in form.fields.items():
        formfield.widget.attrs.pop("placeholder", None)
        formfield.label = LABELS.get(name, formfield.label)
        if name in ("oldpassword", "password"):
            formfield.help_text = ""
        if isinstance(formfield, EmailField):
            formfield.widget = EmailInput(formfield.widget.attrs)
            formfield.widget.is_required = formfield.required
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
    """Sign-up (利用者の登録): one answer, whether or not the address is another account's.

    Who has an account is told to the mailbox alone. Address and password that open one open it.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self)

    def validate_unique_email(self, value: str) -> str:
        if not addresses.has_room(value):
            raise ValidationError(_TOO_OFTEN)
        return value

    def clean(self) -> dict[str, Any]:
        """Count the try as a log-in's: address and password may open an account."""
        cleaned: dict[str, Any] = super().clean()
        email = None if self.errors else cleaned.get("email")
        if email and not ratelimit.consume(context.request, action="signup_address", key=email):
            self.add_error("email", _TOO_OFTEN)
        return cleaned

    def try_save(self, request: HttpRequest) -> tuple[Any, HttpResponse | None]:
        email, password = self.cleaned_data["email"], self.cleaned_data["password1"]
        known = authenticate(request, email=email, password=password)
        if known:
            return known, perform_login(request, Login(user=known))
        return self.save(request), None

    def save(self, request: HttpRequest) -> Any:
        adapter = get_adapter()
        # Hashing the password waits for its turn: no transaction stays open for that.
        user = adapter.save_user(request, adapter.new_user(request), self, commit=False)
        now = timezone.now()
        with transaction.atomic():
            user.save()
            by = actor_of(user)
            record(by=by, action="account.signup", subject=by, now=now)
            addresses.ask(user, user.asked_email, by=by, now=now)
        record_authentication(request, user, method="password")
        return user


class ResetPasswordForm(allauth.ResetPasswordForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self)

    def clean_email(self) -> str:
        """Look nothing up: whose address it is is the worker's to find, while nobody waits."""
        typed: str = get_adapter().clean_email(self.cleaned_data["email"].lower())
        return typed

    def save(self, request: HttpRequest, **_options: Any) -> str:
        email: str = self.cleaned_data["email"]
        with transaction.atomic():
            now = timezone.now()
            orders.order_for_visitor(email, language=chosen_language(request), now=now)
            record(by="visitor", action="password.forgotten", subject="account_mail", now=now)
        return email


class ResetPasswordKeyForm(allauth.ResetPasswordKeyForm):
    """A new password by the link in a mail: the mailbox alone counts only where it is confirmed.

    Who never confirmed it is asked for the birth date that the card said: what was mistyped at the
    sign-up reaches a stranger.
    """

    birth_date = EraDateField(label=gettext_lazy("あなたの生まれた日(カードと同じ)"))
    field_order = ("birth_date", "password1", "password2")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self)
        if self.user is None or addresses.is_confirmed(self.user):
            del self.fields["birth_date"]

    def clean(self) -> dict[str, Any]:
        """Look at the date last: what is wrong with a password costs no try."""
        cleaned: dict[str, Any] = super().clean()
        if "birth_date" in self.fields and not self.errors:
            if not ratelimit.consume(context.request, action="reset_proof", key=str(self.user.pk)):
                self.add_error("birth_date", _TRIED_TOO_OFTEN)
            elif not addresses.proves(self.user, cleaned["birth_date"]):
                self.add_error("birth_date", _ANOTHER_DAY)
        return cleaned


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
