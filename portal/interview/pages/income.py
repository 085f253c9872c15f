"""収入: which kinds, the slips, and the reason where there was none."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.fields import MoneyField
from portal.interview.base import PageForm
from portal.interview.fields import (
    FoldedCheckboxes,
    OneOfField,
    OptionalMoneyField,
    PlainTextField,
)

KINDS = [
    ("salary", gettext_lazy("給料・パート・アルバイト")),
    ("pension", gettext_lazy("国民年金・厚生年金など")),
    ("misc", gettext_lazy("副業・原稿料・個人年金など(その他の雑所得)")),
    ("business", gettext_lazy("商売・フリーランスの仕事(事業)")),
    ("farm", gettext_lazy("農業")),
    ("real_estate", gettext_lazy("家賃・地代(不動産)")),
    ("more", gettext_lazy("そのほか(配当、満期保険金、土地や株を売った など)")),
    ("none", gettext_lazy("収入はありませんでした")),
]


MORE_KINDS = [
    ("dividends", gettext_lazy("株の配当・投資信託の分配金")),
    ("interest", gettext_lazy("海外の預金などの利子")),
    ("occasional", gettext_lazy("生命保険の満期金、懸賞の賞金など(一時)")),
    ("transfer", gettext_lazy("金(きん)、ゴルフ会員権などを売った(総合譲渡)")),
    ("land", gettext_lazy("土地や建物を売った")),
    ("shares", gettext_lazy("株や投資信託を売った")),
    ("futures", gettext_lazy("先物取引・FX")),
    ("forestry", gettext_lazy("山の木を売った(山林)")),
]


class MoreKindsForm(PageForm):
    more_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("そのほかに受け取ったもの(あてはまるものすべて)"),
        help_text=gettext_lazy("退職金は、払われるときに住民税が引かれているので入れません。"),
        choices=MORE_KINDS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy(
                "1つ以上選んでください。なければ、前のページで「そのほか」を外します。"
            )
        },
    )


class KindsForm(PageForm):
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("%(year)sの収入(すべて選ぶ)"),
        help_text=gettext_lazy("遺族・障害年金、失業給付、児童手当は入れません。"),
        choices=KINDS,
        widget=FoldedCheckboxes(
            folded=("misc", "business", "farm", "real_estate", "more"),
            title=gettext_lazy("ほかの収入(副業、商売、農業、個人年金、家賃など)"),
        ),
        error_messages={
            "required": gettext_lazy(
                "1つ以上選んでください。なければ「収入はありませんでした」を選びます。"
            )
        },
    )

    def clean_kinds(self) -> list[str]:
        kinds = self.cleaned_data["kinds"]
        if "none" in kinds and len(kinds) > 1:
            raise forms.ValidationError(
                _(
                    "「収入はありませんでした」は、ほかの収入といっしょに選べません。どちらかを外してください。"
                )
            )
        return kinds


REASONS = [
    ("dependent", gettext_lazy("家族に養われていた")),
    ("savings", gettext_lazy("貯金で暮らしていた")),
    ("benefit", gettext_lazy("失業給付などを受けていた")),
    ("welfare", gettext_lazy("生活保護を受けていた")),
    ("survivor_pension", gettext_lazy("遺族年金や障害年金を受けていた")),
    ("student", gettext_lazy("学生だった")),
    ("other", gettext_lazy("そのほか")),
]


class ReasonForm(PageForm):
    reason = OneOfField(
        label=gettext_lazy("%(year)sは、どのように暮らしていましたか?"), choices=REASONS
    )


class SupporterForm(PageForm):
    supporter = PlainTextField(
        label=gettext_lazy("養ってくれた人の名前"),
        help_text=gettext_lazy("例 佐藤 太郎"),
    )


class NoteForm(PageForm):
    note = PlainTextField(
        label=gettext_lazy("どのように暮らしていたか"),
        help_text=gettext_lazy("例 海外で暮らしていた"),
        max_length=200,
    )


class PayerForm(PageForm):
    beside = ("no_slip",)
    payer = PlainTextField(
        label=gettext_lazy("支払者の名前"),
        help_text=gettext_lazy("票のいちばん下にあります。例 株式会社くまもと商店"),
        max_length=120,
    )
    no_slip = forms.BooleanField(
        label=gettext_lazy("源泉徴収票がありません"),
        help_text=gettext_lazy("会社にたのんでも、もらえないときだけ選びます。"),
        required=False,
    )


class PensionPayerForm(PageForm):
    payer = PlainTextField(
        label=gettext_lazy("支払者の名前"),
        help_text=gettext_lazy("例 厚生労働省(日本年金機構)"),
        max_length=120,
    )


class RevenueForm(PageForm):
    revenue = MoneyField(
        label=gettext_lazy("支払金額"),
        help_text=gettext_lazy("税金などが引かれる前の、1年分の金額です。例 3,200,000"),
    )


class PartOfRevenueForm(PageForm):
    """A box of the slip whose amount was taken out of the 支払金額 and cannot exceed it."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        revenue = cleaned.get("revenue", self.stored.get("revenue"))
        for name, amount in list(cleaned.items()):
            if revenue is not None and isinstance(amount, int) and amount > revenue:
                message = _(
                    "%(box)sが支払金額(%(revenue)s円)より大きいです。票を確かめてください。"
                )
                words = {"box": self.fields[name].label, "revenue": f"{revenue:,}"}
                self.add_error(name, message % words)
        return cleaned


class WithheldForm(PartOfRevenueForm):
    withheld_tax = OptionalMoneyField(
        label=gettext_lazy("源泉徴収税額"),
        help_text=gettext_lazy("票に0とあるときは、空けたままで進みます。"),
    )


class TwoRowsForm(PartOfRevenueForm):
    """社会保険料等の金額: the lower row is all of it, the upper one (内書き) a part of it."""

    folded = ("mutual_aid",)
    fold_title = gettext_lazy("二段に書かれているとき(iDeCoなど)")
    mutual_aid = OptionalMoneyField(
        label=gettext_lazy("上の段の金額(小規模企業共済等掛金)"),
        help_text=gettext_lazy(
            "「内」とある金額です。下の段から引かずに、両方をそのまま写します。"
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        part, whole = cleaned.get("mutual_aid") or 0, cleaned.get("social_insurance")
        if whole is not None and part > whole and "mutual_aid" not in self.errors:
            message = _("上の段の金額が、下の段(%(whole)s円)より大きいです。票を確かめてください。")
            self.add_error("mutual_aid", message % {"whole": f"{whole:,}"})
        return cleaned


class SlipInsuranceForm(TwoRowsForm):
    field_order = ("social_insurance", "mutual_aid")
    social_insurance = OptionalMoneyField(
        label=gettext_lazy("社会保険料等の金額"),
        help_text=gettext_lazy(
            "二段に書かれているときは、下の段の金額です。なければ、空けたままで進みます。"
        ),
    )


class PensionInsuranceForm(PartOfRevenueForm):
    social_insurance = OptionalMoneyField(
        label=gettext_lazy("社会保険料の金額"),
        help_text=gettext_lazy(
            "年金から引かれた介護保険料などの合計です。なければ、空けたままで進みます。"
        ),
    )


class MiscForm(PageForm):
    description = PlainTextField(
        label=gettext_lazy("収入の内容"), help_text=gettext_lazy("例 原稿料、配達の仕事、個人年金")
    )
    payer = PlainTextField(
        label=gettext_lazy("支払った人や会社"), help_text=gettext_lazy("例 株式会社出版くまもと")
    )
    revenue = MoneyField(
        label=gettext_lazy("収入金額"),
        help_text=gettext_lazy("経費を引く前の金額です。例 240,000"),
    )
    expenses = OptionalMoneyField(
        label=gettext_lazy("必要経費"),
        help_text=gettext_lazy("その収入を得るために払ったお金です。なければ空けておきます。"),
    )
    nature = OneOfField(
        label=gettext_lazy("続けている仕事の収入ですか?"),
        help_text=gettext_lazy("選ばないときは、その他の雑所得として計算します。"),
        choices=[
            ("business", gettext_lazy("続けている仕事です(配達、原稿、ネット販売などの業務)")),
            ("other", gettext_lazy("ちがいます(個人年金など)")),
        ],
        required=False,
    )
