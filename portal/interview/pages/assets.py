"""利子・配当・一時・譲渡: what was received from money and things, and what was sold."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.fields import MoneyField
from portal.interview.base import PageForm
from portal.interview.fields import OneOfField, OptionalMoneyField, PlainTextField, YesNoField

REVENUE = gettext_lazy("収入金額")
ALREADY_TAXED = gettext_lazy(
    "令和6年度から、住民税が引かれた配当や株の利益は、確定申告書に書いたときだけ住民税の計算に入ります。"
    "確定申告をしない人は「申告しません」を選びます。"
)


class InterestForm(PageForm):
    payer = PlainTextField(
        label=gettext_lazy("支払者の名前"), help_text=gettext_lazy("例 海外の銀行の名前")
    )
    revenue = MoneyField(
        label=REVENUE,
        help_text=gettext_lazy("国内の預金の利子は、税金が引かれているので入れません。"),
    )


class DividendForm(PageForm):
    payer = PlainTextField(
        label=gettext_lazy("会社や投資信託の名前"),
        help_text=gettext_lazy("例 株式会社くまもと商店"),
    )
    kind = OneOfField(
        label=gettext_lazy("配当の種類"),
        choices=[
            ("shares", gettext_lazy("株式の配当")),
            ("trust", gettext_lazy("投資信託の分配金")),
            ("foreign_trust", gettext_lazy("外貨建ての投資信託の分配金")),
        ],
    )


class ListedForm(PageForm):
    listed = YesNoField(
        label=gettext_lazy("その配当から、住民税5%が引かれていますか?"),
        yes=gettext_lazy("引かれています(上場株式や公募の投資信託)"),
        no=gettext_lazy("引かれていません(上場していない会社の株式など)"),
        help_text=gettext_lazy("支払通知書や取引報告書の「住民税」「配当割」の欄を見ます。"),
    )


class DividendMethodForm(PageForm):
    method = OneOfField(
        label=gettext_lazy("この配当をどのように申告しますか?"),
        help_text=ALREADY_TAXED,
        choices=[
            ("none", gettext_lazy("申告しません(税金は引かれたまま終わります)")),
            ("comprehensive", gettext_lazy("ほかの所得と合わせます(総合課税)")),
            ("separate", gettext_lazy("分けて計算します(申告分離課税)")),
        ],
    )


class DividendAmountsForm(PageForm):
    revenue = MoneyField(
        label=REVENUE, help_text=gettext_lazy("税金が引かれる前の1年分の金額です。例 50,000")
    )
    interest_paid = OptionalMoneyField(
        label=gettext_lazy("その株を買うために借りたお金の利子"),
        help_text=gettext_lazy("なければ空けておきます。"),
    )


class ListedAmountsForm(DividendAmountsForm):
    withheld_resident_tax = OptionalMoneyField(
        label=gettext_lazy("引かれた住民税(配当割額)"),
        help_text=gettext_lazy("書類の「住民税」「配当割」の金額です。"),
    )


class OccasionalForm(PageForm):
    description = PlainTextField(
        label=gettext_lazy("収入の内容"), help_text=gettext_lazy("例 生命保険の満期金、懸賞の賞金")
    )
    payer = PlainTextField(
        label=gettext_lazy("支払った人や会社"),
        help_text=gettext_lazy("例 くまもと生命"),
        required=False,
    )
    revenue = MoneyField(label=REVENUE, help_text=gettext_lazy("例 1,200,000"))
    expenses = OptionalMoneyField(
        label=gettext_lazy("その収入のために払ったお金"),
        help_text=gettext_lazy("満期金のときは、払いこんだ保険料の合計です。"),
    )


class TransferForm(PageForm):
    description = PlainTextField(
        label=gettext_lazy("売ったもの"), help_text=gettext_lazy("例 金(きん)、ゴルフ会員権、機械")
    )
    term = OneOfField(
        label=gettext_lazy("持っていた期間"),
        choices=[
            ("short", gettext_lazy("5年以内(短期)")),
            ("long", gettext_lazy("5年を超える(長期)")),
        ],
    )
    revenue = MoneyField(
        label=gettext_lazy("売った金額"),
        help_text=gettext_lazy("ふだんの生活で使う家具や衣類を売った分は入れません。"),
    )
    expenses = OptionalMoneyField(label=gettext_lazy("買ったときの金額と、売るためにかかったお金"))
    business_asset = YesNoField(
        label=gettext_lazy("商売や農業の仕事に使っていたものですか?"),
        yes=gettext_lazy("使っていました(機械、車など)"),
        no=gettext_lazy("使っていません(金、ゴルフ会員権など)"),
        help_text=gettext_lazy(
            "仕事に使っていないものを売った損は、給料などほかの所得から引けません(要確認)。"
        ),
    )


class LandForm(PageForm):
    place = PlainTextField(
        label=gettext_lazy("土地や建物の場所"),
        help_text=gettext_lazy("例 熊本県熊本市北区植木町1番"),
        max_length=200,
    )
    kind = OneOfField(
        label=gettext_lazy("売った年の1月1日までに、持っていた期間"),
        choices=[
            ("short", gettext_lazy("5年以下(短期)")),
            ("short_public", gettext_lazy("5年以下で、国や市などに売りました")),
            ("long", gettext_lazy("5年を超える(長期)")),
            ("long_superior", gettext_lazy("5年を超え、優良住宅地などのために売りました")),
            ("long_residence", gettext_lazy("10年を超え、自分が住んでいた家です")),
        ],
    )


class SoldForm(PageForm):
    revenue = MoneyField(label=gettext_lazy("売った金額"))
    expenses = OptionalMoneyField(
        label=gettext_lazy("買ったときの金額(取得費)と、売るためにかかったお金"),
        help_text=gettext_lazy("買った金額が分からないときは、売った金額の5%にできます。"),
    )


class LandDeductionForm(PageForm):
    special_deduction = OptionalMoneyField(
        label=gettext_lazy("特別控除額"),
        help_text=gettext_lazy("自宅を売ったときの3,000万円など、使えるものの金額です。"),
        max_value=50_000_000,
    )


class SharesForm(PageForm):
    payer = PlainTextField(
        label=gettext_lazy("証券会社や売った相手の名前"), help_text=gettext_lazy("例 くまもと証券")
    )
    kind = OneOfField(
        label=gettext_lazy("売ったもの"),
        choices=[
            ("listed", gettext_lazy("上場株式・公募の投資信託")),
            ("general", gettext_lazy("上場していない会社の株式")),
        ],
    )


class SharesMethodForm(PageForm):
    method = OneOfField(
        label=gettext_lazy("この利益から、住民税5%が引かれていますか?"),
        help_text=ALREADY_TAXED,
        choices=[
            ("none", gettext_lazy("引かれています。申告しません(源泉徴収ありの特定口座)")),
            ("taxed", gettext_lazy("引かれていますが、申告します")),
            ("untaxed", gettext_lazy("引かれていません")),
        ],
    )


class SharesWithheldForm(SoldForm):
    withheld_resident_tax = OptionalMoneyField(
        label=gettext_lazy("引かれた住民税(株式等譲渡所得割額)"),
        help_text=gettext_lazy("特定口座年間取引報告書の「株式等譲渡所得割額」です。"),
    )


class FuturesForm(PageForm):
    payer = PlainTextField(
        label=gettext_lazy("業者の名前"), help_text=gettext_lazy("例 くまもとFX株式会社")
    )
    revenue = MoneyField(label=gettext_lazy("1年間の利益の合計"))
    expenses = OptionalMoneyField(label=gettext_lazy("損失と手数料の合計"))


class ForestryForm(PageForm):
    description = PlainTextField(
        label=gettext_lazy("山林の場所"), help_text=gettext_lazy("例 熊本県阿蘇市"), max_length=200
    )
    revenue = MoneyField(label=gettext_lazy("木を売った金額"))
    expenses = OptionalMoneyField(label=gettext_lazy("植えるときや切るときにかかったお金"))
    special_deduction = OptionalMoneyField(
        label=gettext_lazy("特別控除額"),
        help_text=gettext_lazy("利益から50万円まで引けます。"),
        max_value=500_000,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        gain = (cleaned.get("revenue") or 0) - (cleaned.get("expenses") or 0)
        if (cleaned.get("special_deduction") or 0) > max(gain, 0):
            self.add_error(
                "special_deduction",
                _("特別控除額が利益より大きくなっています。金額を確かめてください。"),
            )
        return cleaned
