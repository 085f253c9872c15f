"""What few have: 特定支出, 外国税額, 事業税, 家屋敷, 生活扶助, pay without a slip."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.fields import EraDateField, MoneyField
from portal.interview.base import PageForm
from portal.interview.fields import (
    CountField,
    OneOfField,
    OptionalMoneyField,
    PlainTextField,
    YesNoField,
)
from portal.interview.pages.deductions import AmountsForm


class WorkForm(PageForm):
    """給与の内訳 (裏面6): where the pay came from, where no slip says it."""

    payer_address = PlainTextField(
        label=gettext_lazy("勤め先の住所"),
        help_text=gettext_lazy("例 熊本市中央区手取本町1番1号。分からなければ、市や町の名前だけ。"),
        max_length=200,
    )
    months = CountField(
        label=gettext_lazy("%(year)sに働いた月数"), help_text=gettext_lazy("例 7"), highest=12
    )
    days = CountField(
        label=gettext_lazy("働いた日数"),
        help_text=gettext_lazy("日給で働いた人だけ入力します。例 84"),
        highest=366,
        required=False,
    )


class SpecificExpensesForm(AmountsForm):
    """特定支出: each kind by itself, 勤務必要経費 with a ceiling of its own."""

    commuting = OptionalMoneyField(label=gettext_lazy("通勤のためのお金(通勤費)"))
    travel = OptionalMoneyField(label=gettext_lazy("仕事での移動のお金(職務上の旅費)"))
    moving = OptionalMoneyField(label=gettext_lazy("転勤の引っこしのお金(転居費)"))
    training = OptionalMoneyField(label=gettext_lazy("仕事の研修のお金(研修費)"))
    qualification = OptionalMoneyField(label=gettext_lazy("仕事の資格を取るお金(資格取得費)"))
    homecoming = OptionalMoneyField(label=gettext_lazy("単身赴任で家に帰るお金(帰宅旅費)"))
    work_needs = OptionalMoneyField(
        label=gettext_lazy("仕事の本・制服・付き合いのお金(勤務必要経費)"),
        help_text=gettext_lazy("65万円までが計算に入ります。"),
    )


class CertifiedForm(PageForm):
    certified = YesNoField(
        label=gettext_lazy("払ったお金が仕事に必要だったという、勤め先の証明書がありますか?"),
        yes=gettext_lazy("あります"),
        no=gettext_lazy("ありません"),
        help_text=gettext_lazy("証明書がないと、この控除は受けられません。勤め先にたのみます。"),
    )


class ForeignTaxForm(PageForm):
    country = PlainTextField(
        label=gettext_lazy("税を払った国"), help_text=gettext_lazy("例 アメリカ合衆国")
    )
    left = MoneyField(
        label=gettext_lazy("所得税から引ききれなかった、外国の税の金額"),
        help_text=gettext_lazy(
            "所得税の「外国税額控除に関する明細書」にあります。"
            "前の3年から繰り越した分も入れます。日本の円で書きます。"
        ),
    )
    income_tax_limit = MoneyField(
        label=gettext_lazy("所得税の控除限度額"),
        help_text=gettext_lazy(
            "同じ明細書の「所得税の控除限度額」です。復興特別所得税の分は入れません。"
        ),
    )


class BusinessTaxForm(PageForm):
    """事業税に関する事項 (裏面13): for the prefecture, which needs no return of its own then."""

    opened_on = EraDateField(
        label=gettext_lazy("%(year)sに事業を始めた日"),
        help_text=gettext_lazy("前から続けている人は、空けておきます。"),
        required=False,
    )
    closed_on = EraDateField(
        label=gettext_lazy("%(year)sに事業をやめた日"),
        help_text=gettext_lazy("今も続けている人は、空けておきます。"),
        required=False,
    )
    untaxed_income = OptionalMoneyField(
        label=gettext_lazy("事業税のかからない所得"),
        help_text=gettext_lazy("農業や、社会保険の診療などの所得です。"),
    )
    asset_loss = OptionalMoneyField(
        label=gettext_lazy("事業に使った機械や車を売って出た損"),
        help_text=gettext_lazy("土地と建物の損は入れません。"),
    )
    other_prefecture = forms.BooleanField(
        label=gettext_lazy("ほかの都道府県にも、事務所や店があります"), required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in ("opened_on", "closed_on"):
            day = cleaned.get(name)
            if day and day.year != self.year_end.year:
                message = _("%(year)sの日を入力してください。ほかの年のことは、空けておきます。")
                self.add_error(name, message % self.words)
        opened, closed = cleaned.get("opened_on"), cleaned.get("closed_on")
        if opened and closed and closed < opened:
            self.add_error(
                "closed_on",
                _("事業をやめた日が、始めた日より前です。どちらかの日を直してください。"),
            )
        return cleaned


class HouseHasForm(PageForm):
    has = YesNoField(
        label=gettext_lazy("%(jan1)sに、%(city)sに自分の家や事務所がありましたか?"),
        yes=gettext_lazy("ありました"),
        no=gettext_lazy("ありませんでした"),
        help_text=gettext_lazy(
            "自分や家族が住める家(家屋敷)、仕事をする事務所や店です。人に貸している家は入れません。"
            "ある人には均等割がかかります。ない人は、%(jan1)sに住んでいた市や町に申告してください。"
        ),
    )

    def clean_has(self) -> bool:
        """Refuse who has nothing to do with the city: their return belongs elsewhere (法318条)."""
        has: bool = self.cleaned_data["has"]
        if not has:
            message = _(
                "%(jan1)sに%(city)sに住んでいなかった人は、住んでいた市や町に申告します。"
                "その日に外国に住んでいた人は、申告はいりません(要確認)。"
                "ここで終わりにしてください。住んでいた人は、1月1日の住所を「%(city)s」から"
                "書き直してください。"
            )
            raise forms.ValidationError(message % self.words)
        return has


class HouseForm(PageForm):
    kind = OneOfField(
        label=gettext_lazy("家ですか、事務所ですか?"),
        choices=[
            ("house", gettext_lazy("自分や家族が住める家(家屋敷)")),
            ("office", gettext_lazy("仕事をする事務所や店")),
        ],
        help_text=gettext_lazy("人に貸している家は入れません。"),
    )
    place = PlainTextField(
        label=gettext_lazy("その家や事務所の場所"),
        help_text=gettext_lazy("例 熊本市東区東本町16番30号"),
        max_length=200,
    )


class WelfareForm(PageForm):
    livelihood_protection = YesNoField(
        label=gettext_lazy("%(jan1)sに、生活保護の「生活扶助」を受けていましたか?"),
        yes=gettext_lazy("受けていました"),
        no=gettext_lazy("受けていませんでした"),
        help_text=gettext_lazy(
            "受けていた人に、住民税はかかりません。医療扶助だけの人は入りません。"
        ),
    )
