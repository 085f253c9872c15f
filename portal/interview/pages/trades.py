"""商売・農業・家賃: revenue, costs by kind (収支内訳), books, and the family that works in them."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.fields import MoneyField
from portal.interview.base import PageForm
from portal.interview.fields import (
    CountField,
    OneOfField,
    OptionalMoneyField,
    PlainTextField,
    YesNoField,
)
from portal.interview.pages.family import PersonForm


class AboutForm(PageForm):
    """What the trade is and where; each trade has its own words."""

    what, example = gettext_lazy("仕事の内容"), gettext_lazy("例 大工、美容室、ウェブデザイン")
    where = gettext_lazy("自宅のときは、空けたままでかまいません。")
    description = PlainTextField()
    place = PlainTextField(label=gettext_lazy("場所"), required=False, max_length=200)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["description"].label = str(self.what)
        self.fields["description"].help_text = str(self.example)
        self.fields["place"].help_text = str(self.where)


class FarmAboutForm(AboutForm):
    what, example = gettext_lazy("作っているもの"), gettext_lazy("例 米、トマト、肉用牛")


class RealEstateAboutForm(AboutForm):
    what, example = gettext_lazy("貸しているもの"), gettext_lazy("例 アパート、駐車場、畑")
    where = gettext_lazy("貸している家や土地の場所です。")


class TradeRevenueForm(PageForm):
    revenue = MoneyField(
        label=gettext_lazy("1年間の収入(売上)の合計"),
        help_text=gettext_lazy("経費を引く前の金額です。まだ受け取っていない分も入れます。"),
    )


class FarmRevenueForm(TradeRevenueForm):
    """農業の収入: what was sold, and 家事消費 and 雑収入 (所得税法39条・41条)."""

    revenue = MoneyField(
        label=gettext_lazy("1年間の収入の合計"),
        help_text=gettext_lazy(
            "売った金額に、家で食べた分や人にあげた分、補助金や共済金を足します。"
            "経費を引く前の金額です。まだ受け取っていない分も入れます。"
        ),
    )


class CostsForm(PageForm):
    """Costs by kind; their sum is computed, nothing has to be added up by hand."""

    def answered_rows(self) -> list[tuple[str, str]]:
        total = sum(self.stored.get(name) or 0 for name in self.base_fields)
        words = _("%(amount)s円") % {"amount": f"{total:,}"}
        return [*super().answered_rows(), (_("経費の合計"), words)]


def _costs(name: str, **labels: Any) -> type[CostsForm]:
    """Return a page that asks for these costs; each may be left empty."""
    boxes = {code: OptionalMoneyField(label=label) for code, label in labels.items()}
    return type(name, (CostsForm,), {"__module__": __name__, **boxes})


BusinessCostsForm = _costs(
    "BusinessCostsForm",
    goods=gettext_lazy("仕入れ(売上原価)"),
    wages=gettext_lazy("給料賃金"),
    outsourcing=gettext_lazy("外注工賃"),
    depreciation=gettext_lazy("減価償却費"),
    rent=gettext_lazy("地代家賃"),
    interest=gettext_lazy("利子割引料"),
    taxes=gettext_lazy("租税公課"),
    utilities=gettext_lazy("水道光熱費"),
    travel=gettext_lazy("旅費交通費"),
    communication=gettext_lazy("通信費"),
    supplies=gettext_lazy("消耗品費"),
    other_costs=gettext_lazy("そのほかの経費"),
)
FarmCostsForm = _costs(
    "FarmCostsForm",
    wages=gettext_lazy("雇人費"),
    rent=gettext_lazy("小作料・賃借料"),
    depreciation=gettext_lazy("減価償却費"),
    interest=gettext_lazy("利子割引料"),
    taxes=gettext_lazy("租税公課"),
    seeds=gettext_lazy("種苗費"),
    fertiliser=gettext_lazy("肥料費"),
    feed=gettext_lazy("飼料費・素畜費"),
    pesticide=gettext_lazy("農薬衛生費"),
    tools=gettext_lazy("農具費・諸材料費"),
    power=gettext_lazy("動力光熱費"),
    insurance=gettext_lazy("農業共済掛金"),
    other_costs=gettext_lazy("そのほかの経費"),
)
RealEstateCostsForm = _costs(
    "RealEstateCostsForm",
    wages=gettext_lazy("給料賃金"),
    depreciation=gettext_lazy("減価償却費"),
    rent=gettext_lazy("地代家賃"),
    interest=gettext_lazy("借入金利子"),
    taxes=gettext_lazy("租税公課"),
    insurance=gettext_lazy("損害保険料"),
    repairs=gettext_lazy("修繕費"),
    other_costs=gettext_lazy("そのほかの経費"),
)


class BooksForm(PageForm):
    books = OneOfField(
        label=gettext_lazy("税務署に青色申告の届出をしていますか?"),
        help_text=gettext_lazy(
            "届出をした覚えがなければ、白色申告です。"
            "55万円と65万円は、青色申告決算書を付けて確定申告を期限までにする人の金額です。"
            "確定申告をする人は、この申告はいりません(要確認)。"
        ),
        choices=[
            ("white", gettext_lazy("していません(白色申告)")),
            ("blue_10", gettext_lazy("しています(青色申告、特別控除10万円)")),
            ("blue_55", gettext_lazy("しています(複式簿記、特別控除55万円)")),
            ("blue_65", gettext_lazy("しています(複式簿記と電子申告など、特別控除65万円)")),
        ],
    )


class ScaleForm(PageForm):
    """事業的規模 (所得税基本通達26-9): five houses or ten rooms, or what counts as much."""

    business_scale = YesNoField(
        label=gettext_lazy("5棟または10室以上を貸していますか?"),
        yes=gettext_lazy("貸しています(または、同じくらいの規模です)"),
        no=gettext_lazy("それより少ないです"),
        help_text=gettext_lazy(
            "少ない人の青色申告特別控除は、ほかに商売や農業がなければ10万円までです。"
            "専従者の控除もありません。"
            "土地だけを貸すときや駐車場は、5件で1室と数えます(要確認)。"
        ),
    )


class LandInterestForm(PageForm):
    """損益通算の特例 (租税特別措置法41条の4): how much of the interest is for land."""

    land_interest = OptionalMoneyField(
        label=gettext_lazy("借入金利子のうち、土地を買うための分"),
        help_text=gettext_lazy(
            "家賃・地代は赤字です。赤字のうちこの分は、給料などほかの所得から引けません(要確認)。"
            "なければ空けておきます。"
        ),
    )

    def clean_land_interest(self) -> int:
        amount: int = self.cleaned_data["land_interest"]
        if amount > (self.stored.get("interest") or 0):
            raise forms.ValidationError(
                _("借入金利子の金額より大きくなっています。金額を確かめてください。")
            )
        return amount


class WorkersHasForm(PageForm):
    has = YesNoField(
        label=gettext_lazy("いっしょに暮らす家族が、その仕事を1年の半分より長く手伝っていますか?"),
        yes=gettext_lazy("手伝っています"),
        no=gettext_lazy("手伝っていません"),
        help_text=gettext_lazy(
            "15歳以上の家族です。その人は、扶養控除や配偶者控除の対象になりません。"
        ),
    )


class WorkerForm(PersonForm):
    for_agent: ClassVar[Mapping[str, Any]] = {"relation": gettext_lazy("本人から見た続き柄")}
    kana = None  # type: ignore[assignment]  # the form has no box for it
    relation = OneOfField(
        label=gettext_lazy("あなたから見た続き柄"),
        choices=[
            ("spouse", gettext_lazy("夫または妻")),
            ("other", gettext_lazy("そのほかの家族")),
        ],
    )


class WorkerTradeForm(PageForm):
    """Which trade the person works in: of those that the return has; a single one is chosen."""

    trade = OneOfField(
        label=gettext_lazy("%(name)sさんは、どの仕事を手伝っていますか?"),
        choices=[
            ("business", gettext_lazy("商売・フリーランスの仕事")),
            ("farm", gettext_lazy("農業")),
            ("real_estate", gettext_lazy("家賃・地代の仕事")),
        ],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        box: Any = self.fields["trade"]
        here = [(code, word) for code, word in box.choices if code in self.filer_kinds]
        if here:
            box.choices = here
        if len(here) == 1:
            self.initial["trade"] = here[0][0]


class WorkerMonthsForm(PageForm):
    months = CountField(
        label=gettext_lazy("%(name)sさんが手伝った月数"),
        help_text=gettext_lazy(
            "1から12の数字です。1か月に足りない日は1か月と数えます(6か月と10日なら7)。"
        ),
        highest=12,
    )


class WorkerSalaryForm(PageForm):
    salary = MoneyField(
        label=gettext_lazy("%(name)sさんに払った1年間の給与"),
        help_text=gettext_lazy("税務署に届け出た範囲の金額です(青色事業専従者給与)。"),
        min_value=1,
    )


class HomeWorkerForm(PageForm):
    home_worker = YesNoField(
        label=gettext_lazy("内職、外交員、集金人、検針員などの仕事ですか?"),
        yes=gettext_lazy("そうです(決まった相手に続けて人手を提供しています)"),
        no=gettext_lazy("ちがいます"),
        help_text=gettext_lazy(
            "あてはまる人は、経費が少なくても一定の金額まで経費にできます(家内労働者等の特例)。"
        ),
    )


class LossesForm(PageForm):
    """Losses of earlier years; the amounts come from the income-tax returns of those years."""

    general = OptionalMoneyField(
        label=gettext_lazy("事業などの赤字(純損失)"),
        help_text=gettext_lazy("前の年までの申告書にある、まだ引いていない金額です。"),
    )
    casualty = OptionalMoneyField(label=gettext_lazy("災害や盗難の損失(雑損失)"))
    shares = OptionalMoneyField(label=gettext_lazy("上場株式等の譲渡損失"))
    futures = OptionalMoneyField(label=gettext_lazy("先物取引の損失"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError(
                _(
                    "繰り越した損失を1つ以上入力してください。なければ前のページに戻って選びなおします。"
                )
            )
        return cleaned
