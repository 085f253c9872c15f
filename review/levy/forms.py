"""Forms of the year's tax (当初賦課・更正)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from review.levy.models import Decision


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
