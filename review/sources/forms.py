"""What staff give with a file (資料の受付), and whose row it is."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.fields import EraDateField, MoneyField
from review.slips import SlipField
from review.sources.layouts import layouts
from review.sources.receiving import Slip


def _kinds() -> list[tuple[str, str]]:
    return sorted({(layout.kind, layout.title) for layout in layouts()})


class ReceiveForm(forms.Form):
    """A file of documents (資料の受付), with the count slip that came along."""

    kind = forms.ChoiceField(label=_("資料の種類"), choices=_kinds)
    tax_year = forms.RegexField(
        label=_("課税年度"), regex=r"^R[1-9][0-9]?$", max_length=3, help_text=_("例 R9(令和9年度)")
    )
    received_on = EraDateField(label=_("受付日"))
    file = forms.FileField(
        label=_("ファイル"), help_text=_("様式どおりのCSV。文字コードはShift_JISかUTF-8。")
    )
    order_number = forms.CharField(label=_("発注番号"), max_length=30, required=False)
    rows = forms.IntegerField(label=_("件数票の件数"), min_value=1, required=False)
    total = MoneyField(label=_("件数票の金額合計"), required=False, max_value=10**15)

    sent = SlipField(
        label=_("送信側の票"),
        required=False,
        help_text=_("庁内連携で届いたファイルに付くJSON。時刻とハッシュ値を控え、照合します。"),
    )

    @property
    def about(self) -> dict[str, Any]:
        """Return what `receiving.receive` asks for, apart from the file itself."""
        given = self.cleaned_data
        return {
            "kind": given["kind"],
            "tax_year": given["tax_year"],
            "received_on": given["received_on"],
            "name": given["file"].name,
            "slip": Slip(given["order_number"], given["rows"], given["total"]),
            "sent": given["sent"],
        }


class ProposeForm(forms.Form):
    """Whose row it is (宛名番号設定): a candidate, or another person by number."""

    number = forms.CharField(label=_("宛名番号"), max_length=20)
