"""The form of a decision about a disagreement (不一致の決定)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from review.reconcile.models import Disagreement


class RulingForm(forms.Form):
    """What counts, and what was looked into (不一致の決定の起案)."""

    outcome = forms.ChoiceField(label=_("決定"), choices=Disagreement.Outcome.choices)
    died_on = forms.DateField(label=_("配偶者が亡くなった日"), required=False)
    comment = forms.CharField(label=_("確認した内容"), max_length=250)
