"""控除: what was paid in the year and lowers the tax."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.interview.base import PageForm, year_end_of
from portal.interview.fields import OneOfField, OptionalMoneyField, YesNoField

# 後期高齢者医療: insured there from this age on, whatever other insurance there was.
LATE_ELDERLY = 75


def is_late_elderly(born: date | None, words: Mapping[str, str]) -> bool:
    """Tell whether somebody was insured there through the whole income year."""
    return bool(born and born <= date(year_end_of(words).year - LATE_ELDERLY, 1, 1))


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


# 所得税法74条: the deduction is whose who paid; what a pension was lowered by, the pensioner did.
NOT_OTHERS = gettext_lazy("夫や妻の年金から引かれた分は入れません。")


class SocialForm(AmountsForm):
    """Premiums by kind. From 75 on one's own are those of 後期高齢者医療 (高齢者医療確保法50条).

    The others may still be paid for the family, so they are folded and not left out.
    """

    fold_title = gettext_lazy("国民健康保険、国民年金など")

    @classmethod
    def folded_for(cls, born: date | None, words: Mapping[str, str]) -> tuple[str, ...]:
        old = is_late_elderly(born, words)
        return ("national_health", "national_pension", "other") if old else ()

    national_health = OptionalMoneyField(
        label=gettext_lazy("国民健康保険料"),
        help_text=gettext_lazy("1年間に払った合計です。"),
    )
    care = OptionalMoneyField(label=gettext_lazy("介護保険料"))
    late_elderly = OptionalMoneyField(label=gettext_lazy("後期高齢者医療保険料"))
    national_pension = OptionalMoneyField(
        label=gettext_lazy("国民年金保険料"),
        help_text=gettext_lazy("控除証明書のはがきの金額です。"),
    )
    other = OptionalMoneyField(label=gettext_lazy("そのほかの社会保険料"))


class PaidField(YesNoField):
    """Whether premiums were paid, and whether their certificates are copied one by one.

    Cleans to True (totals), False, or "each".
    """

    def __init__(self, *, label: Any) -> None:
        yes = gettext_lazy("払いました(種類ごとの合計を入力します)")
        no = gettext_lazy("払っていません")
        super().__init__(label=label, yes=yes, no=no)
        each = gettext_lazy("払いました(控除証明書を1枚ずつ入力します)")
        self.choices = [("each", each), ("yes", yes), ("no", no)]
        # How it is typed is of no interest among the answers.
        self.told = dict.fromkeys(("each", "yes"), gettext_lazy("払いました"))

    def clean(self, value: Any) -> Any:
        return "each" if value == "each" else super().clean(value)


class LifePaidForm(PageForm):
    paid = PaidField(
        label=gettext_lazy("生命保険・介護医療保険・個人年金保険の保険料を払いましたか?"),
    )


class LifeForm(AmountsForm):
    """Premiums by kind. From 75 on a private pension is received, seldom still paid for."""

    folded = ("old_general", "old_pension")

    @classmethod
    def folded_for(cls, born: date | None, words: Mapping[str, str]) -> tuple[str, ...]:
        return (*(["new_pension"] if is_late_elderly(born, words) else []), *cls.folded)

    @property
    def fold_title(self) -> str:
        if "new_pension" in self.folded:
            return _("個人年金保険、平成23年までの契約")
        return _("平成23年までの契約(旧制度)")

    new_general = OptionalMoneyField(
        label=gettext_lazy("一般の生命保険(新制度)"),
    )
    care = OptionalMoneyField(label=gettext_lazy("介護医療保険"))
    new_pension = OptionalMoneyField(label=gettext_lazy("個人年金保険(新制度)"))
    old_general = OptionalMoneyField(
        label=gettext_lazy("一般の生命保険(旧制度)"),
    )
    old_pension = OptionalMoneyField(label=gettext_lazy("個人年金保険(旧制度)"))


class EarthquakePaidForm(PageForm):
    quake_paid = PaidField(label=gettext_lazy("地震保険の保険料を払いましたか?"))


class EarthquakeForm(AmountsForm):
    earthquake = OptionalMoneyField(
        label=gettext_lazy("地震保険料"), help_text=gettext_lazy("火災保険の分は入りません。")
    )
    old_long = OptionalMoneyField(
        label=gettext_lazy("旧長期損害保険料"),
        help_text=gettext_lazy("平成18年までに契約した10年以上の保険です。"),
    )


class CollectionForm(PageForm):
    collection = OneOfField(
        label=gettext_lazy("給料以外の分の住民税は、どのように払いますか?"),
        choices=[
            ("salary", gettext_lazy("給料から引いてもらう(給与特別徴収)")),
            ("ordinary", gettext_lazy("自分で納付書や口座から払う(普通徴収)")),
        ],
    )
