"""Forms of the year's tax (当初賦課・更正)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from config.fields import MoneyField
from review.levy.models import Decision, YearPerson
from review.reconcile.models import Claim, DependantAct


class YearForm(forms.Form):
    """Which year is assessed (課税年度)."""

    tax_year = forms.RegexField(
        label=_("課税年度"),
        regex=r"^R[1-9][0-9]?$",
        error_messages={"invalid": _("課税年度は R9 のように入力してください。")},
    )


class CorrectionForm(forms.Form):
    """Why a decision is changed (更正事由)."""

    cause = forms.ChoiceField(
        label=_("更正事由"),
        choices=[choice for choice in Decision.Cause.choices if choice[0] != "initial"],
    )
    remark = forms.CharField(label=_("説明"), max_length=300)


class MonthForm(forms.Form):
    """Which month is closed (月例締め)."""

    month = forms.DateField(
        label=_("月"),
        input_formats=["%Y-%m"],
        error_messages={"invalid": _("月は 2027-09 のように入力してください。")},
    )


class BasicsForm(forms.Form):
    """A person as of 1 January (個人基本の登録・変更)."""

    residency = forms.ChoiceField(label=_("課税権の区分"), choices=YearPerson.Residency.choices)
    ward = forms.CharField(label=_("区"), max_length=20, required=False)
    address = forms.CharField(label=_("1月1日の住所"), max_length=300)
    why = forms.CharField(label=_("理由"), max_length=300)


class AddForm(forms.Form):
    """A dependant whom no document names (扶養の追加)."""

    number = forms.CharField(label=_("扶養される人の宛名番号"), max_length=20)
    role = forms.ChoiceField(label=_("続柄"), choices=Claim.Role.choices)
    total_income = MoneyField(label=_("合計所得金額"), max_value=10**10)
    why = forms.CharField(label=_("理由"), max_length=300)


class RemoveForm(forms.Form):
    """A dependant who is one no more, or has another income (扶養の終了・否認・所得の変更)."""

    key = forms.RegexField(regex=r"^[0-9a-f]{64}$", max_length=64)
    kind = forms.ChoiceField(choices=[c for c in DependantAct.Kind.choices if c[0] != "add"])
    total_income = MoneyField(label=_("合計所得金額"), max_value=10**10, required=False)
    why = forms.CharField(max_length=300)
