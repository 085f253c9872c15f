"""Forms of the requests (本人の請求)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from review.rights.models import RightsRequest


class RequestForm(forms.Form):
    """What a person asks for (請求の受付)."""

    kind = forms.ChoiceField(label=_("請求の種類"), choices=RightsRequest.Kind.choices)
    addressee_number = forms.CharField(label=_("宛名番号"), max_length=20)
    received_on = forms.DateField(
        label=_("請求書を受け付けた日"), widget=forms.DateInput({"type": "date"})
    )
    asked = forms.CharField(
        label=_("請求の内容"), max_length=500, help_text=_("請求書の番号と、求められたこと")
    )


class AnswerForm(forms.Form):
    """How a request was answered (処理の結果)."""

    answer = forms.CharField(label=_("結果と理由"), max_length=500)
