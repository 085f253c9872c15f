"""Forms of the log-in, of the reason, and of rights."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from filing.numbers import personal_number_is_valid
from review.staff.purpose import Reason
from review.staff.roles import PERSONAL_ROLES, SOURCES
from review.transfers.targets import all_targets


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
    work_order = forms.CharField(
        label=_("作業指示番号"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "size": 14}),
    )

    def __init__(self, *args: Any, contractor: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not contractor:
            del self.fields["work_order"]


class NewPasswordForm(forms.Form):
    """Another password (パスワードの変更)."""

    current = forms.CharField(
        label=_("いまのパスワード"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password", "size": 24}),
    )
    new = forms.CharField(
        label=_("新しいパスワード"),
        help_text=_("10文字以上。職員番号や氏名、よくある言葉は使えません。"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password", "size": 24}),
    )
    again = forms.CharField(
        label=_("新しいパスワード(もう一度)"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password", "size": 24}),
    )

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("new") and given.get("again") and given["new"] != given["again"]:
            self.add_error("again", _("新しいパスワードと同じものを入力してください。"))


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=forms.DateInput({"type": "date"}))


def procedures() -> list[tuple[str, Any]]:
    """Return what a right may be limited to: a procedure, eLTAX, or one office's data (移転先)."""
    offices = [(one.id, f"{one.id} {one.name}") for one in all_targets() if one.is_transfer]
    return [
        ("", _("すべての手続")),
        ("resident-tax-return", _("市民税・県民税の申告")),
        (SOURCES, _("課税資料の受付(eLTAXなど)")),
        *dict(offices).items(),
    ]


class GrantForm(forms.Form):
    """Asking for a right (権限の申請)."""

    role = forms.ChoiceField(
        label=_("権限"), choices=[(role.value, role.label) for role in PERSONAL_ROLES]
    )
    procedure = forms.ChoiceField(
        label=_("手続"),
        required=False,
        choices=procedures,
        help_text=_("「他部署の参照」には、移転先を1つ選びます。"),
    )
    department = forms.CharField(
        label=_("部署"),
        required=False,
        max_length=100,
        help_text=_("入力すると、この部署にいる間だけの権限になります。異動すると終わります。"),
    )
    starts_on = _day(_("開始日"))
    ends_on = _day(_("終了日"), required=False)
    decision = forms.CharField(label=_("決裁番号"), max_length=40)


class TransferForm(forms.Form):
    """Moving to another department, or leaving (異動・退職)."""

    department = forms.CharField(
        label=_("異動先の部署"),
        required=False,
        max_length=100,
        help_text=_("空にすると退職として扱い、ログインできなくなります。"),
    )
    decision = forms.CharField(label=_("決裁番号"), max_length=40)


class DecisionForm(forms.Form):
    """The decision (決裁) on which a right ends or a key counts."""

    decision = forms.CharField(label=_("決裁番号"), max_length=40)
