"""Forms of the log-in and of the reason."""

from django import forms
from django.utils.translation import gettext_lazy as _

from filing.numbers import personal_number_is_valid
from review.staff.purpose import Reason


def refuse_personal_number(text: str) -> None:
    """Refuse a text with a 個人番号 in it, with or without gaps: free text is no place for one."""
    digits = "".join(char for char in text if char.isdecimal())
    if any(personal_number_is_valid(digits[at : at + 12]) for at in range(len(digits) - 11)):
        raise forms.ValidationError(_("マイナンバーは書かないでください。"), code="number")


class PasswordForm(forms.Form):
    """First step (パスワード)."""

    number = forms.CharField(
        label=_("職員番号"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "username", "autofocus": True, "size": 14}),
    )
    password = forms.CharField(
        label=_("パスワード"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password", "size": 24}),
    )


class CodeForm(forms.Form):
    """Second step (ワンタイムコード)."""

    code = forms.CharField(
        label=_("ワンタイムコード"),
        help_text=_("認証アプリに表示されている6けたの数字です。"),
        max_length=12,
        widget=forms.TextInput(
            {
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "autofocus": True,
                "size": 8,
            }
        ),
    )

    def clean_code(self) -> str:
        return "".join(char for char in self.cleaned_data["code"] if not char.isspace())


class ReasonForm(forms.Form):
    """Reason of handling (処理事由)."""

    code = forms.ChoiceField(
        label=_("処理の区分"), choices=Reason.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("くわしい事由"),
        help_text=_("例 令和9年度申告の当初審査。個人の氏名や番号は書きません。"),
        max_length=200,
        validators=[refuse_personal_number],
        widget=forms.TextInput({"autocomplete": "off", "size": 30}),
    )
