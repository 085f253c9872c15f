"""Forms of the retention pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from review.retention.models import Hold


class ProposeForm(forms.Form):
    """The day that periods are counted to (基準日)."""

    as_of = forms.DateField(
        label=_("基準日"),
        help_text=_("この日より前に保存期間が終わったものを一覧にします。"),
        widget=forms.DateInput({"type": "date"}),
    )


class CancelForm(forms.Form):
    """Why a run is called off (取りやめの理由)."""

    reason = forms.CharField(label=_("取りやめる理由"), max_length=300)


class HoldForm(forms.Form):
    """What is to be kept, why, and until when (消去の保留)."""

    kind = forms.ChoiceField(label=_("保留の種類"), choices=Hold.Kind.choices)
    subject = forms.CharField(
        label=_("宛名番号または受付番号"),
        max_length=20,
        help_text=_("宛名番号を入れると、その人のすべての記録を残します。"),
    )
    reason = forms.CharField(
        label=_("保留の理由"), max_length=300, help_text=_("事件番号や請求の受付番号など")
    )
    until = forms.DateField(
        label=_("この日まで"),
        required=False,
        help_text=_("空のときは、解除するまで残します。"),
        widget=forms.DateInput({"type": "date"}),
    )
