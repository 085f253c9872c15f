"""What staff give for a 回送 (回送先)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from review.staff.forms import refuse_personal_number


class EntryForm(forms.Form):
    """Where a document of a file is passed on to (回送先)."""

    municipality = forms.CharField(
        label=_("回送先の市区町村"),
        max_length=60,
        validators=[refuse_personal_number],
        help_text=_("例 福岡県福岡市"),
    )
