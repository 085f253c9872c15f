"""What staff give for letters (発送の作成・住所地の判明)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from config.fields import EraDateField
from review.letters.models import Mailing
from review.notices.models import Channel


class MakeForm(forms.Form):
    """Which letters are put together, and whom to leave out."""

    kind = forms.ChoiceField(label=_("種類"), choices=Mailing.Kind.choices)
    tax_year = forms.RegexField(
        label=_("課税年度"), regex=r"^R[1-9][0-9]?$", max_length=3, help_text=_("例 R9(令和9年度)")
    )
    channel = forms.ChoiceField(
        label=_("送り方"),
        choices=Channel.choices,
        help_text=_("eLTAXは294-3通知だけ。扶養是正データはいつもファイル"),
    )
    office = forms.RegexField(
        label=_("税務署のコード(2つ以上あるとき)"), regex=r"^[0-9]{1,13}$", required=False
    )
    leave_out = forms.CharField(
        label=_("除く人の宛名番号"),
        max_length=2_000,
        required=False,
        help_text=_("所得税に異動がない人など。空白で区切る"),
    )

    def clean_leave_out(self) -> list[str]:
        return str(self.cleaned_data["leave_out"]).split()


class DomicileForm(forms.Form):
    """Where somebody is registered (住所地の判明)."""

    number = forms.CharField(label=_("宛名番号(課税する人・扶養している人)"), max_length=20)
    person_key = forms.RegexField(
        regex=r"^[0-9a-f]{64}$", required=False, widget=forms.HiddenInput()
    )
    name = forms.CharField(label=_("扶養親族の氏名"), max_length=200, required=False)
    kana = forms.CharField(label=_("扶養親族のフリガナ"), max_length=200, required=False)
    birth_date = EraDateField(label=_("扶養親族の生年月日"), required=False)
    municipality = forms.RegexField(
        label=_("市区町村コード"), regex=r"^[0-9]{6}$", help_text=_("6けた")
    )
    address = forms.CharField(label=_("住民票の住所"), max_length=300)
    why = forms.CharField(
        label=_("分かった経緯"), max_length=300, help_text=_("例 住基ネットで確認")
    )
