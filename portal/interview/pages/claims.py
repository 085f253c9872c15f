"""控除の明細: certificates one by one, gifts, losses, mutual aid, the housing loan."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.fields import EraDateField, MoneyField
from filing.rules.claims import first_casualty_year
from portal.interview.base import PageForm
from portal.interview.fields import (
    OneOfField,
    OptionalMoneyField,
    PlainTextField,
    YesNoField,
)
from portal.interview.pages.deductions import AmountsForm

MORE = [
    ("donations", gettext_lazy("寄附(ふるさと納税、赤十字、共同募金など)")),
    ("mutual_aid", gettext_lazy("iDeCo・小規模企業共済の掛金")),
    ("casualty", gettext_lazy("災害・盗難・横領で損をした(雑損控除)")),
    ("housing", gettext_lazy("住宅ローン控除が所得税から引ききれなかった(2年目から)")),
    ("losses", gettext_lazy("前の年から繰り越した損失がある")),
    ("specific_expenses", gettext_lazy("給料をもらう仕事のために、自分で多くのお金を払った")),
    ("foreign_tax", gettext_lazy("外国で払った税が、所得税から引ききれなかった")),
    ("welfare", gettext_lazy("生活保護を受けている")),
    ("house", gettext_lazy("市の中の、住んでいない区に家や事務所がある")),
]


class MoreForm(PageForm):
    which = forms.MultipleChoiceField(
        label=gettext_lazy("あてはまるものはありますか?(すべて)"),
        help_text=gettext_lazy("なければ、選ばずに進みます。"),
        choices=MORE,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        """Show no second tick for the housing loan where the list of what was paid has one."""
        super().__init__(*args, **options)
        box: Any = self.fields["which"]
        if "salary" in self.filer_kinds and "housing" not in self.stored.get("which", []):
            box.widget.choices = [choice for choice in MORE if choice[0] != "housing"]


class CompanyForm(PageForm):
    company = PlainTextField(
        label=gettext_lazy("保険会社の名前"), help_text=gettext_lazy("例 くまもと生命保険株式会社")
    )


class LifeKindForm(PageForm):
    kind = OneOfField(
        label=gettext_lazy("証明書にある種類はどれですか?"),
        help_text=gettext_lazy("1枚に2つの種類があるときは、1つずつ入力します。"),
        choices=[
            ("new_general", gettext_lazy("一般(新制度)")),
            ("care", gettext_lazy("介護医療")),
            ("new_pension", gettext_lazy("個人年金(新制度)")),
            ("old_general", gettext_lazy("一般(旧制度)")),
            ("old_pension", gettext_lazy("個人年金(旧制度)")),
        ],
    )


class CertificateAmountForm(PageForm):
    amount = MoneyField(
        label=gettext_lazy("1年間の保険料"),
        help_text=gettext_lazy("「申告額」や「12月末までの見込み」の金額です。例 48,000"),
        # The sum of every certificate must fit into the box of the form.
        max_value=99_999_999,
    )


class EarthquakeKindForm(PageForm):
    kind = OneOfField(
        label=gettext_lazy("証明書にある種類はどれですか?"),
        choices=[
            ("earthquake", gettext_lazy("地震保険")),
            ("old_long", gettext_lazy("旧長期損害保険(平成18年までの契約)")),
        ],
    )


class MutualAidForm(AmountsForm):
    ideco = OptionalMoneyField(label=gettext_lazy("iDeCo(個人型)・企業型確定拠出年金の掛金"))
    small_enterprise = OptionalMoneyField(label=gettext_lazy("小規模企業共済の掛金"))
    disability_fund = OptionalMoneyField(label=gettext_lazy("心身障害者扶養共済の掛金"))


class CasualtyForm(PageForm):
    cause = OneOfField(
        label=gettext_lazy("何がありましたか?"),
        choices=[
            ("disaster", gettext_lazy("地震、台風、火事などの災害")),
            ("theft", gettext_lazy("盗難")),
            ("embezzlement", gettext_lazy("横領")),
        ],
        help_text=gettext_lazy("詐欺や恐喝の損害は、雑損控除になりません。"),
    )
    happened_on = EraDateField(label=gettext_lazy("いつのことですか?"))
    property = PlainTextField(
        label=gettext_lazy("損害を受けたもの"),
        help_text=gettext_lazy(
            "例 住宅、家財、車。別荘や宝石など、ふだんの生活に要らないものは入りません。"
        ),
    )

    def clean_happened_on(self) -> date:
        """Refuse a day after the income year: that loss belongs to a later return."""
        day: date = self.cleaned_data["happened_on"]
        if day > self.year_end:
            message = _("%(year_end)sまでの日を入力してください。")
            raise forms.ValidationError(message % self.words)
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse a loss of an earlier year; of a disaster the cost may fall in a later one."""
        cleaned = super().clean()
        day, cause = cleaned.get("happened_on"), cleaned.get("cause")
        if day and cause and day.year < first_casualty_year(cause, self.year_end.year):
            message = _(
                "%(year)sの損害を入力してください。前の年の損害は、その年の申告に入れます。"
            )
            self.add_error("happened_on", message % self.words)
        return cleaned


class CasualtyAmountsForm(PageForm):
    damage = MoneyField(
        label=gettext_lazy("損害金額"),
        help_text=gettext_lazy("損害を受けた時の値打ちで計算した金額です。"),
    )
    disaster_cost = OptionalMoneyField(
        label=gettext_lazy("片づけや取りこわしにかかったお金(災害関連支出)")
    )
    reimbursed = OptionalMoneyField(label=gettext_lazy("保険などで受け取るお金"))

    def clean_damage(self) -> int:
        """Refuse the damage of an earlier year's disaster: only this year's cost counts."""
        damage: int = self.cleaned_data["damage"]
        happened = self.stored.get("happened_on", "")
        if damage and happened and happened[:4] < str(self.year_end.year):
            message = _(
                "前の年までの災害は、%(year)sに払った災害関連支出だけを入力します。"
                "損害金額は0にしてください。"
            )
            raise forms.ValidationError(message % self.words)
        return damage


class DonationForm(PageForm):
    recipient = PlainTextField(
        label=gettext_lazy("寄附した先"), help_text=gettext_lazy("例 熊本県阿蘇市")
    )
    kind = OneOfField(
        label=gettext_lazy("寄附の種類"),
        choices=[
            ("furusato", gettext_lazy("都道府県・市区町村(ふるさと納税)")),
            ("local", gettext_lazy("住んでいる県の共同募金会・日本赤十字社の支部")),
            ("both", gettext_lazy("県と市が条例で指定した団体")),
            ("pref", gettext_lazy("県だけが条例で指定した団体")),
            ("city", gettext_lazy("市だけが条例で指定した団体")),
        ],
        help_text=gettext_lazy("証明書に「市民税・県民税の対象」とあるかを見ます。"),
    )


class DonationAmountForm(PageForm):
    amount = MoneyField(
        label=gettext_lazy("寄附した金額"),
        help_text=gettext_lazy("寄附金受領証明書の金額です。例 30,000"),
        min_value=1,
    )


class OneStopForm(PageForm):
    one_stop = YesNoField(
        label=gettext_lazy("この寄附で、ワンストップ特例の申請書を出しましたか?"),
        yes=gettext_lazy("出しました"),
        no=gettext_lazy("出していません"),
        help_text=gettext_lazy(
            "この申告をすると、ワンストップ特例は使えなくなります。"
            "出した分も、すべてここに入力してください。"
        ),
    )
