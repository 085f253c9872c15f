"""Asking for an extract (EUC抽出の申請)."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from config.context import load_municipality_file
from review.cases.models import Export
from review.euc.datasets import Dataset
from review.staff.models import StaffMember


class ExtractForm(forms.Form):
    """Which items, of which year and ward, in which form, and what for."""

    items = forms.MultipleChoiceField(label=_("項目"), widget=forms.CheckboxSelectMultiple)
    tax_year = forms.RegexField(
        label=_("課税年度"), regex=r"^R[1-9][0-9]?$", max_length=3, help_text=_("例 R9(令和9年度)")
    )
    ward = forms.ChoiceField(label=_("区"), required=False)
    format = forms.ChoiceField(label=_("形式"), choices=Export.Format.choices)
    why = forms.CharField(
        label=_("使いみち"),
        max_length=200,
        help_text=_("承認する人が読みます。個人の氏名や番号は書きません。"),
    )

    def __init__(self, *args: Any, dataset: Dataset, member: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items, ward = self.fields["items"], self.fields["ward"]
        assert isinstance(items, forms.MultipleChoiceField)
        assert isinstance(ward, forms.ChoiceField)
        items.choices = [(item.code, item.label) for item in dataset.permitted(member)]
        wards = load_municipality_file(settings.MUNICIPALITY_FILE).get("wards", [])
        ward.choices = [("", _("すべて")), *((one["name"], one["name"]) for one in wards)]
        if not dataset.of_a_year:
            del self.fields["tax_year"]
