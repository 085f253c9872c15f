"""控除: what was paid in the year and lowers the tax."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.fields import MoneyField
from portal.interview.base import PageForm
from portal.interview.fields import OneOfField, OptionalMoneyField, YesNoField


class AmountsForm(PageForm):
    """Several optional amounts of which at least one has to be given."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError(
                _("払った金額を1つ以上入力してください。なければ前のページに戻って選びなおします。")
            )
        return cleaned


class SocialPaidForm(PageForm):
    paid = YesNoField(
        label=gettext_lazy("源泉徴収票にのっていない社会保険料を、自分で払いましたか?"),
        yes=gettext_lazy("払いました"),
        no=gettext_lazy("払っていません(源泉徴収票の分だけです)"),
    )


class SocialForm(AmountsForm):
    national_health = OptionalMoneyField(
        label=gettext_lazy("国民健康保険料"),
        help_text=gettext_lazy("納付書や口座から1年間に払った合計です。"),
    )
    care = OptionalMoneyField(label=gettext_lazy("介護保険料"))
    late_elderly = OptionalMoneyField(label=gettext_lazy("後期高齢者医療保険料"))
    national_pension = OptionalMoneyField(
        label=gettext_lazy("国民年金保険料"),
        help_text=gettext_lazy("「控除証明書」のはがきの金額です。"),
    )
    other = OptionalMoneyField(label=gettext_lazy("そのほかの社会保険料"))


class LifePaidForm(PageForm):
    paid = YesNoField(
        label=gettext_lazy("生命保険・介護医療保険・個人年金保険の保険料を払いましたか?"),
        yes=gettext_lazy("払いました(控除証明書があります)"),
        no=gettext_lazy("払っていません"),
    )


class LifeForm(AmountsForm):
    new_general = OptionalMoneyField(
        label=gettext_lazy("一般の生命保険(新制度)"),
        help_text=gettext_lazy("証明書に「新制度・一般」とある金額です。"),
    )
    care = OptionalMoneyField(label=gettext_lazy("介護医療保険"))
    new_pension = OptionalMoneyField(label=gettext_lazy("個人年金保険(新制度)"))
    old_general = OptionalMoneyField(
        label=gettext_lazy("一般の生命保険(旧制度)"),
        help_text=gettext_lazy("平成23年までに契約した保険です。"),
    )
    old_pension = OptionalMoneyField(label=gettext_lazy("個人年金保険(旧制度)"))


class EarthquakePaidForm(PageForm):
    quake_paid = YesNoField(
        label=gettext_lazy("地震保険の保険料を払いましたか?"),
        yes=gettext_lazy("払いました(控除証明書があります)"),
        no=gettext_lazy("払っていません"),
    )


class EarthquakeForm(AmountsForm):
    earthquake = OptionalMoneyField(
        label=gettext_lazy("地震保険料"), help_text=gettext_lazy("火災保険の分は入りません。")
    )
    old_long = OptionalMoneyField(
        label=gettext_lazy("旧長期損害保険料"),
        help_text=gettext_lazy("平成18年までに契約した10年以上の保険です。"),
    )


MEDICAL_METHODS = [
    ("none", gettext_lazy("使いません")),
    ("medical", gettext_lazy("医療費控除(病院や薬に10万円くらいより多く払った人)")),
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
    )


class MedicalForm(PageForm):
    medical_paid = MoneyField(
        label=gettext_lazy("払った医療費の合計"),
        help_text=gettext_lazy("家族の分も、いっしょに暮らす人の分は合わせます。例 180,000"),
    )
    reimbursed = OptionalMoneyField(
        label=gettext_lazy("保険などで戻ったお金"),
        help_text=gettext_lazy("高額療養費や入院給付金などです。なければ空けておきます。"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        paid, back = cleaned.get("medical_paid"), cleaned.get("reimbursed") or 0
        if paid is not None and back > paid:
            self.add_error("reimbursed", _("戻ったお金が、払った医療費より大きくなっています。"))
        return cleaned


class SelfMedicationForm(PageForm):
    amount = MoneyField(
        label=gettext_lazy("対象の市販薬に払った金額"),
        help_text=gettext_lazy("レシートに★などの印がある薬の合計です。例 35,000"),
    )


class CollectionForm(PageForm):
    collection = OneOfField(
        label=gettext_lazy("給料以外の分の住民税は、どのように払いますか?"),
        choices=[
            ("salary", gettext_lazy("給料から引いてもらう(給与特別徴収)")),
            ("ordinary", gettext_lazy("自分で納付書や口座から払う(普通徴収)")),
        ],
    )
