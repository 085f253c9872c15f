"""住宅ローン控除: whether there is one, and the boxes of the slip that bear it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.fields import MoneyField
from portal.interview.base import PageForm
from portal.interview.fields import CountField, YesNoField


class HousingHasForm(PageForm):
    has = YesNoField(
        label=gettext_lazy("年末調整で、住宅ローン控除を受けましたか?"),
        yes=gettext_lazy("受けました"),
        no=gettext_lazy("受けていません"),
        help_text=gettext_lazy("引ききれなかった分が、住民税から引かれます。"),
    )

    def answered_rows(self) -> list[tuple[str, str]]:
        """Tell of a loan alone: most have none, and the check page stays short."""
        return super().answered_rows() if self.stored.get("has") else []


class HousingForm(PageForm):
    credit = MoneyField(
        label=gettext_lazy("住宅借入金等特別控除可能額"),
        help_text=gettext_lazy("空のときは「住宅借入金等特別控除の額」を書きます。"),
    )
    move_in_year = CountField(
        label=gettext_lazy("その家に住みはじめた年(西暦)"),
        help_text=gettext_lazy("例 2019"),
        lowest=1999,
        highest=2100,
    )
    specified = YesNoField(
        label=gettext_lazy("源泉徴収票の区分に「(特)」や「(特特)」がありますか?"),
        yes=gettext_lazy("あります"),
        no=gettext_lazy("ありません"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        box = self.fields["move_in_year"]
        assert isinstance(box, CountField)
        box.highest = self.year_end.year

    def clean_move_in_year(self) -> int:
        """Refuse the first year: it takes the income-tax return, which leaves nothing to file."""
        year: int = self.cleaned_data["move_in_year"]
        if year == self.year_end.year:
            message = _(
                "%(year)sに住みはじめた人(1年目)は、この申告では受けられません。"
                "ここで終わりにして、税務署に確定申告をしてください。"
                "確定申告をすれば、この申告はいりません。"
            )
            raise forms.ValidationError(message % self.words)
        return year


class HousingTaxForm(PageForm):
    """Three boxes of the slip, or what somebody has computed from them (所得税の計算)."""

    BOXES = ("credited", "after_deduction", "deductions_total")
    folded = ("income_tax_taxable", "income_tax_before_credit")
    fold_title = gettext_lazy("所得税の計算が分かる人は、こちらでもかまいません")

    credited = MoneyField(
        label=gettext_lazy("住宅借入金等特別控除の額"),
        help_text=gettext_lazy("空のときは0と書きます。"),
        required=False,
    )
    after_deduction = MoneyField(
        label=gettext_lazy("給与所得控除後の金額(調整控除後)"), required=False
    )
    deductions_total = MoneyField(label=gettext_lazy("所得控除の額の合計額"), required=False)
    income_tax_taxable = MoneyField(
        label=gettext_lazy("所得税の課税される所得金額"), required=False
    )
    income_tax_before_credit = MoneyField(
        label=gettext_lazy("住宅ローン控除を引く前の所得税額"), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in self.BOXES:
            # All three, or the two below instead: neither 任意 nor 必須 would be true of one.
            self.fields[name].unmarked = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two ways, and all of it."""
        cleaned = super().clean()
        given = {name for name, value in cleaned.items() if value is not None} | set(self.errors)
        computed = given & set(self.folded)
        if computed and given & set(self.BOXES):
            raise forms.ValidationError(
                _(
                    "源泉徴収票の3つの金額と、所得税の計算の2つの金額は、どちらか一方だけ入力してください。"
                )
            )
        for name in self.folded if computed else self.BOXES:
            if name not in given:
                words = {"label": self.fields[name].label}
                self.add_error(name, _("「%(label)s」を入力してください。") % words)
        return cleaned
