"""Forms of the retention pages."""

from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from review.retention.models import Disposal, Hold, Rule
from review.retention.periods import load_periods


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


class RuleForm(forms.Form):
    """Another period for one kind of record (保存期間の変更)."""

    kind = forms.ChoiceField(label=_("記録の種類"))
    amount = forms.IntegerField(label=_("期間"), min_value=1, max_value=3_650)
    unit = forms.ChoiceField(label=_("単位"), choices=Rule.Unit.choices)
    basis = forms.CharField(label=_("根拠"), max_length=200, help_text=_("法令や規程の名前と条"))
    reason = forms.CharField(label=_("変更の理由"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        periods = load_periods().values()
        choices = [(period.kind, period.label) for period in periods if not period.parent]
        cast(forms.ChoiceField, self.fields["kind"]).choices = choices


class DisposalForm(forms.ModelForm):
    """What is to be disposed of, by whom and how (廃棄の申請)."""

    class Meta:
        model = Disposal
        fields = ("contractor", "medium", "contents", "quantity", "method", "planned_on")
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "planned_on": forms.DateInput({"type": "date"})
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "contractor": _("市が自分で廃棄するときは、空のままにしてください。"),
            "medium": _("磁気ディスク管理簿などの番号を書いてください。"),
            "contents": _("個人の名前や番号は書かないでください。"),
        }


class PlaceForm(forms.Form):
    """When and by what somebody saw where the backups lie (保管場所の確認)."""

    seen_on = forms.DateField(label=_("確認した日"), widget=forms.DateInput({"type": "date"}))
    why = forms.CharField(
        label=_("確認の方法と資料"),
        max_length=300,
        help_text=_(
            "現地で見た、契約書や事業者の証明書で確かめた、など。資料の番号も書いてください。"
        ),
    )


class ReportForm(forms.Form):
    """When, by whom and how it was done (廃棄の報告)."""

    done_on = forms.DateField(label=_("廃棄した日"), widget=forms.DateInput({"type": "date"}))
    done_by = forms.CharField(label=_("廃棄した人"), max_length=100)
    report = forms.CharField(
        label=_("報告"), max_length=500, help_text=_("証明書の番号、立ち会った人など")
    )
