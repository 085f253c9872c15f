"""医療費: the choice of the deduction, the list of receipts, the totals."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.fields import MoneyField
from portal.interview.base import PageForm
from portal.interview.fields import OneOfField, OptionalMoneyField, PlainTextField
from portal.interview.receipts import KINDS, ListError, as_text, decode, parse, totals_of

MEDICAL_METHODS = [
    ("none", gettext_lazy("使いません")),
    ("medical", gettext_lazy("医療費控除(病院や薬に、10万円か所得の5%より多く払った人)")),
    (
        "self_medication",
        gettext_lazy("セルフメディケーション税制(対象の市販薬を12,000円より多く買った人)"),
    ),
]


class MedicalMethodForm(PageForm):
    method = OneOfField(
        label=gettext_lazy("医療費の控除を使いますか?"),
        help_text=gettext_lazy("2つの制度は、どちらか一方だけ使えます。"),
        choices=MEDICAL_METHODS,
        told={
            "medical": gettext_lazy("医療費控除"),
            "self_medication": gettext_lazy("セルフメディケーション税制"),
        },
    )


class ReceiptsForm(PageForm):
    """A list of receipts, pasted or from a file; the sums are computed from it."""

    pasted = forms.CharField(
        label=gettext_lazy("明細(1行に1件)"),
        help_text=gettext_lazy(
            "「受けた人,病院や薬局,払った金額,戻った金額,区分」の順に、カンマかタブで区切ります。"
            "区分は、診療・治療、医薬品購入、介護保険サービス、その他の医療費のどれかで、書かなくてもかまいません。"
            "表計算ソフトからそのまま貼りつけられます。例 佐藤 花子,くまもと病院,12000,0,診療・治療"
        ),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        required=False,
        max_length=60_000,
    )
    uploaded = forms.FileField(
        label=gettext_lazy("明細のファイル(CSV)"),
        help_text=gettext_lazy("ファイルを選ぶと、上の明細と入れかわります。200KBまでです。"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
        required=False,
    )

    @classmethod
    def initial_from(cls, stored: dict[str, Any]) -> dict[str, Any]:
        return {"pasted": as_text(stored.get("receipts", []))}

    def clean_uploaded(self) -> str:
        """Return the file's text; what is no text of a bounded size is refused."""
        file = self.cleaned_data.get("uploaded")
        try:
            return decode(file) if file else ""
        except ListError as error:
            raise forms.ValidationError(error.messages) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        place = "uploaded" if cleaned.get("uploaded") else "pasted"
        try:
            cleaned["receipts"] = parse(cleaned.get(place) or "")
        except ListError as error:
            self.add_error(place, error.messages)
        return cleaned

    def to_store(self) -> dict[str, Any]:
        return {"receipts": self.cleaned_data["receipts"]}

    def answered_rows(self) -> list[tuple[str, str]]:
        receipts = self.stored.get("receipts", [])
        if not receipts:
            return []
        rows = [
            (" / ".join(_names(row)), _amounts(row["paid"], row["reimbursed"])) for row in receipts
        ]
        words = _("%(n)s件 %(sums)s") % {"n": len(receipts), "sums": sums_of(receipts)}
        return [*rows, (_("明細の合計"), words)]

    def saved_message(self) -> str:
        receipts = self.cleaned_data["receipts"]
        words = {"n": len(receipts), "sums": sums_of(receipts)}
        return _("明細を%(n)s件読み取りました。合計 %(sums)s") % words if receipts else ""


def _names(row: dict[str, Any]) -> list[str]:
    return [row["person"], row["payee"], *([KINDS[row["kind"]][0]] if "kind" in row else [])]


def sums_of(receipts: list[dict[str, Any]]) -> str:
    """Return the sums of a list in words: paid, and what came back where anything did."""
    return _amounts(*totals_of(receipts))


def _amounts(paid: int, back: int) -> str:
    text = _("%(amount)s円") % {"amount": f"{paid:,}"}
    return text + (_("(戻った金額 %(amount)s円)") % {"amount": f"{back:,}"} if back else "")


class MedicalForm(PageForm):
    medical_paid = MoneyField(
        label=gettext_lazy("払った医療費(生活費が同じ家族の分も)"),
    )
    reimbursed = OptionalMoneyField(
        label=gettext_lazy("戻ったお金(高額療養費、入院給付金など)"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        paid, back = cleaned.get("medical_paid"), cleaned.get("reimbursed") or 0
        if paid is not None and back > paid:
            self.add_error(
                "reimbursed",
                _("戻ったお金が、払った医療費より大きくなっています。金額を確かめてください。"),
            )
        return cleaned


class SelfMedicationForm(PageForm):
    amount = MoneyField(
        label=gettext_lazy("対象の市販薬に払った金額"),
        help_text=gettext_lazy(
            "レシートに★などの印がある薬の合計です。例 35,000。"
            "健康診断や予防接種などを受けた人だけ使えます。"
        ),
    )


class EffortForm(PageForm):
    """一定の取組 (租税特別措置法41条の17 and its 告示, 要確認): without one, no deduction."""

    effort = OneOfField(
        label=gettext_lazy("%(year)sに、健康のために何を受けましたか?"),
        choices=[
            ("vaccination", gettext_lazy("予防接種(インフルエンザなど)")),
            ("work", gettext_lazy("勤め先の健康診断")),
            ("insurer", gettext_lazy("健康保険の健康診査、人間ドック")),
            ("specific", gettext_lazy("特定健康診査(メタボ健診)、特定保健指導")),
            ("cancer", gettext_lazy("市のがん検診")),
        ],
    )
    effort_by = PlainTextField(
        label=gettext_lazy("領収書や結果の紙を出した所"),
        help_text=gettext_lazy("例 くまもと病院"),
        max_length=200,
    )
