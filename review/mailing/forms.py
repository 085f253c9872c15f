"""What staff give for a list (送付対象の一覧)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from review.notices.models import FORMS, Order


class ListForm(forms.Form):
    """Which form is to be sent, for which year."""

    kind = forms.ChoiceField(
        label=_("種類"), choices=[c for c in Order.Kind.choices if c[0] in FORMS]
    )
    tax_year = forms.RegexField(
        label=_("課税年度"),
        regex=r"^R[1-9][0-9]?$",
        max_length=3,
        help_text=_("例 R9(令和9年度)。前年度の資料と決定から一覧を作ります。"),
    )
