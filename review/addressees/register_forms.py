"""What staff enter into the register: 住登外, 法人, 送付先・特宛人, 口座, and files of 住基."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from config.fields import EraDateField, PersonalNumberField
from filing.numbers import personal_number_is_valid
from review.addressees.models import Contact, ResidentRun

SEXES = [("1", _("男")), ("2", _("女")), ("9", _("その他"))]


def _digits(count: int) -> RegexValidator:
    return RegexValidator(rf"^[0-9]{{{count}}}$", _("半角数字%(n)d桁です。") % {"n": count})


class PersonForm(forms.Form):
    """A person who is no resident (住登外者), by the 4情報 and the number where it is known."""

    name = forms.CharField(label=_("氏名"), max_length=200)
    kana = forms.CharField(label=_("フリガナ"), max_length=200)
    birth_date = EraDateField(label=_("生年月日"))
    sex = forms.ChoiceField(label=_("性別"), choices=SEXES)
    address = forms.CharField(label=_("住所"), max_length=300)
    personal_number = PersonalNumberField(label=_("個人番号"), required=False)

    def clean_personal_number(self) -> str:
        number: str = self.cleaned_data["personal_number"]
        if number and not personal_number_is_valid(number):
            raise forms.ValidationError(_("検査数字が合いません。番号を確かめてください。"))
        return number

    @property
    def four_attributes(self) -> dict[str, Any]:
        """Return what is entered, without the number."""
        given = dict(self.cleaned_data)
        given.pop("personal_number")
        return given


class BusinessForm(forms.Form):
    """A business (法人)."""

    name = forms.CharField(label=_("名称"), max_length=200)
    address = forms.CharField(label=_("所在地"), max_length=300, required=False)
    corporate_number = forms.CharField(
        label=_("法人番号"), required=False, validators=[_digits(13)], max_length=13
    )
    designated_number = forms.CharField(label=_("指定番号"), max_length=12, required=False)


class BusinessChangeForm(forms.Form):
    """What changed about a business (法人の変更); its 法人番号 stays."""

    name = forms.CharField(label=_("名称"), max_length=200)
    address = forms.CharField(label=_("所在地"), max_length=300, required=False)
    designated_number = forms.CharField(label=_("指定番号"), max_length=12, required=False)
    closed_on = EraDateField(label=_("廃止日"), required=False)
    wants_summary_form = forms.BooleanField(label=_("給与支払報告書の総括表を送る"), required=False)


class BusinessSearchForm(forms.Form):
    """Search for a business (法人の検索)."""

    text = forms.CharField(label=_("法人番号・指定番号・名称"), min_length=2, max_length=100)


class ContactForm(forms.Form):
    """Where notices go (送付先・納税管理人・相続人代表)."""

    kind = forms.ChoiceField(label=_("区分"), choices=Contact.Kind.choices)
    name = forms.CharField(label=_("氏名・名称"), max_length=200)
    postal_code = forms.CharField(
        label=_("郵便番号"), max_length=7, required=False, validators=[_digits(7)]
    )
    address = forms.CharField(label=_("住所"), max_length=300)
    since = EraDateField(label=_("開始日"))


class AccountForm(forms.Form):
    """A bank account (口座)."""

    bank_code = forms.CharField(label=_("金融機関コード"), max_length=4, validators=[_digits(4)])
    branch_code = forms.CharField(label=_("支店コード"), max_length=3, validators=[_digits(3)])
    kind = forms.ChoiceField(label=_("預金種目"), choices=[("1", _("普通")), ("2", _("当座"))])
    account_number = forms.CharField(label=_("口座番号"), max_length=7, validators=[_digits(7)])
    holder_kana = forms.CharField(label=_("口座名義(カナ)"), max_length=100)
    since = EraDateField(label=_("開始日"))


class RelateForm(forms.Form):
    """The other 宛名番号 of the same person (同一人)."""

    other = forms.CharField(label=_("同じ人の宛名番号"), max_length=20)


class ResidentFileForm(forms.Form):
    """A file of the resident register (住基連携)."""

    kind = forms.ChoiceField(
        label=_("種類"),
        choices=[(kind.value, kind.label) for kind in ResidentRun.Kind if kind != "unified"],
    )
    file = forms.FileField(label=_("ファイル"), help_text=_("JSON Lines または見出しつきCSV"))
