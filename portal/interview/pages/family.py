"""家族: spouse and relatives. Facts are asked; what follows from them the law decides."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.fields import EraDateField
from portal.interview.base import PageForm
from portal.interview.fields import (
    CheckedNumberField,
    KanaField,
    OneOfField,
    OptionalMoneyField,
    PlainTextField,
    YesNoField,
)
from portal.interview.pages.late import (
    BEFORE_BIRTH,
    LIVING_RELATIVE,
    day_of_death,
    is_of_the_dead,
)

# Nobody in Japan has lived longer than this many years.
OLDEST = 120
DISABILITY = [
    ("none", gettext_lazy("持っていません")),
    ("general", gettext_lazy("持っています(身体3〜6級、精神2・3級、療育B など)")),
    ("special", gettext_lazy("持っています(身体1・2級、精神1級、療育A など)")),
]
# 所得税法施行令10条1項7号・2項6号, 地方税法施行令7条 (条番号は要確認): whom the city certifies.
INSTEAD_OF_BOOKLET = gettext_lazy(
    "65歳以上の人は、市の「障害者控除対象者認定書」でもかまいません。"
    "「特別障害者」と書いてあれば、1級や療育Aのほうを選びます。"
)
LIVING = [
    ("together", gettext_lazy("いっしょに住んでいます")),
    ("apart", gettext_lazy("国内の別の家に住んでいます")),
    ("abroad", gettext_lazy("外国に住んでいます")),
]
RELATIONS = [
    ("child", gettext_lazy("子")),
    ("parent", gettext_lazy("父・母(配偶者の父・母も)")),
    ("grandparent", gettext_lazy("祖父・祖母(配偶者の祖父・祖母も)")),
    ("grandchild", gettext_lazy("孫")),
    ("sibling", gettext_lazy("兄弟・姉妹")),
    ("other", gettext_lazy("そのほかの親族")),
]


class RelativesHasForm(PageForm):
    has = YesNoField(
        label=gettext_lazy("夫や妻のほかに、生活費を出して養っている家族がいますか?"),
        yes=gettext_lazy("います"),
        no=gettext_lazy("いません"),
        help_text=gettext_lazy(
            "16歳になっていない子どもも入れてください。"
            "離れて暮らす家族、%(year)sに亡くなった家族も入ります。"
        ),
    )


class PersonForm(PageForm):
    name = PlainTextField(label=gettext_lazy("名前"), help_text=gettext_lazy("例 佐藤 一郎"))
    kana = KanaField(
        label=gettext_lazy("フリガナ"), help_text=gettext_lazy("例 サトウ イチロウ"), required=False
    )
    birth_date = EraDateField(label=gettext_lazy("生まれた日"))

    def clean_birth_date(self) -> date:
        """Refuse a day on which nobody counts: after the income year or the death, or long ago."""
        born: date = self.cleaned_data["birth_date"]
        if born > self.year_end:
            # 判定の時期 (地方税法34条・314条の2, 条項は要確認).
            message = _(
                "「生まれた日」が%(year_end)sより後です。この申告の家族は、%(year_end)s現在で"
                "決まります(地方税法第34条・第314条の2、条項は要確認)。日付を直してください。"
                "それより後に生まれた人は、次の年度の申告で入力します。"
            )
            raise forms.ValidationError(message % self.words)
        if born.year < self.year_end.year - OLDEST:
            raise forms.ValidationError(
                _("生まれた年を確かめてください。元号がちがうことがあります。")
            )
        # Where the day of death stands on another page, it was told already.
        elsewhere = "died_on" not in self.fields and is_of_the_dead(self.stored)
        if elsewhere and self.stored["died_on"] < born.isoformat():
            raise forms.ValidationError(BEFORE_BIRTH)
        return born


class SupportedForm(PersonForm):
    """Who it is; and that another taxpayer has them (法23条3項, 条番号は要確認): only one may."""

    folded: tuple[str, ...] = ("claimed_elsewhere",)
    fold_title = gettext_lazy("ほかの人の扶養に入っているとき")
    claimed_elsewhere = forms.BooleanField(
        label=gettext_lazy("ほかの人が、税金でこの人を扶養に入れています"),
        help_text=gettext_lazy(
            "子や、もう一方の親などが、年末調整や申告で入れているときに選びます。"
            "1人を扶養に入れられるのは1人だけです。この申告の控除には入れません。"
        ),
        required=False,
    )

    def saved_message(self) -> str:
        if not self.cleaned_data["claimed_elsewhere"]:
            return ""
        message = _(
            "%(name)sさんは、ほかの人の扶養に入っているので、この申告の控除には入れません。"
        )
        return message % {"name": self.cleaned_data["name"]}


class RelativeForm(SupportedForm):
    for_agent: ClassVar[Mapping[str, Any]] = {"relation": gettext_lazy("本人から見た続き柄")}
    folded = ("claimed_elsewhere", "died_on")
    fold_title = gettext_lazy("ほかの人の扶養に入っているとき、その年に亡くなったとき")
    relation = OneOfField(label=gettext_lazy("あなたから見た続き柄"), choices=RELATIONS)
    died_on = EraDateField(
        label=gettext_lazy("亡くなった日"),
        help_text=gettext_lazy(
            "%(year)sに亡くなった人だけ入力します。"
            "住まいや障害者手帳は、亡くなった日のことを答えます。"
        ),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        born, died = cleaned.get("birth_date"), cleaned.get("died_on")
        if born and died and died < born:
            self.add_error("died_on", BEFORE_BIRTH)
        return cleaned

    def clean_died_on(self) -> date | None:
        day: date | None = self.cleaned_data["died_on"]
        return day_of_death(day, self, LIVING_RELATIVE) if day else None


class IncomeForm(PageForm):
    """Revenue by kind; the 合計所得金額 follows from it by the law's tables."""

    salary_revenue = OptionalMoneyField(
        label=gettext_lazy("給料・パート・アルバイトの収入"),
        help_text=gettext_lazy("引かれる前の1年分の金額です。なければ空けておきます。"),
    )
    pension_revenue = OptionalMoneyField(
        label=gettext_lazy("年金の収入"),
        help_text=gettext_lazy("遺族年金と障害年金は入れません。"),
    )
    other_income = OptionalMoneyField(
        label=gettext_lazy("そのほかの所得"),
        help_text=gettext_lazy("商売や副業などで、収入から経費を引いた残りの金額です。"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_of_the_dead(self.stored):
            self.fields["salary_revenue"].help_text = _(
                "亡くなった日までの、引かれる前の金額です。なければ空けておきます。"
            )


class LivingForm(PageForm):
    living = OneOfField(label=gettext_lazy("%(name)sさんは、どこに住んでいますか?"), choices=LIVING)


class OneHouseholdForm(PageForm):
    """生計を一にする: without it there is no 配偶者控除, wherever the spouse lives."""

    for_agent: ClassVar[Mapping[str, Any]] = {
        "one_household": gettext_lazy("本人と%(name)sさんの家計は、いっしょですか?")
    }
    one_household = YesNoField(
        label=gettext_lazy("あなたと%(name)sさんの家計は、いっしょですか?"),
        yes=gettext_lazy(
            "いっしょです(仕事、学校、療養などで離れていて、生活費を送り合っています)"
        ),
        no=gettext_lazy("別々です(生活費のやりとりがありません)"),
        help_text=gettext_lazy(
            "配偶者控除は、家計がいっしょの人(生計を一にする人)だけが受けられます。"
            "離れて暮らしていても、いつも生活費や学費、療養費を送っていれば、いっしょです。"
        ),
    )

    def saved_message(self) -> str:
        if self.cleaned_data["one_household"]:
            return ""
        message = _(
            "家計が別々なので、%(name)sさんの控除はありません。"
            "この申告には書かないので、マイナンバーも要りません。"
        )
        return message % self.words


class OtherHomeForm(PageForm):
    """別居の扶養親族: where the person lives."""

    address = PlainTextField(
        label=gettext_lazy("%(name)sさんの住所"),
        help_text=gettext_lazy("外国のときは、国の名前から書きます。例 福岡県福岡市中央区天神1番"),
        max_length=200,
    )


class PapersForm(PageForm):
    """国外居住親族: the papers without which there is no deduction (法45条の2第3項)."""

    abroad_papers = YesNoField(
        label=gettext_lazy("外国に住む%(name)sさんについて、次の書類を市役所に出せますか?"),
        yes=gettext_lazy("出せます"),
        no=gettext_lazy("出せません、または分かりません"),
        help_text=gettext_lazy(
            "親族関係書類(戸籍の附票の写しや、外国の役所が出した書類)と、"
            "送金関係書類(銀行の送金の控えなど)です。留学の人は、留学ビザなどの書類も要ります。"
        ),
    )


class ChildElsewhereForm(PageForm):
    child_elsewhere = YesNoField(
        label=gettext_lazy("ほかの家族が扶養に入れている、23歳未満のお子さんや親族がいますか?"),
        yes=gettext_lazy("います"),
        no=gettext_lazy("いません"),
        help_text=gettext_lazy(
            "給料が850万円を超える人は、夫婦の一方が扶養に入れているお子さんでも控除があります"
            "(所得金額調整控除)。あなたと同じ家計の人だけです。"
        ),
    )


class SpecialElsewhereForm(PageForm):
    """特別障害者 whom another declares: the law asks that one has them (措法41条の3の11)."""

    special_elsewhere = YesNoField(
        label=gettext_lazy("ほかの家族が扶養に入れている、特別障害者の家族がいますか?"),
        yes=gettext_lazy("います"),
        no=gettext_lazy("いません"),
        help_text=gettext_lazy(
            "身体障害者手帳1・2級、精神1級、療育Aなどの人です。年齢は何歳でもかまいません。"
            "給料が850万円を超える人は、ほかの家族が扶養に入れていても控除があります"
            "(所得金額調整控除)。あなたと同じ家計の人だけです。"
        ),
    )


class SameHouseForm(PageForm):
    """同居老親等・同居特別障害者: who lives in a home is in another house, whatever the 住民票."""

    cohabiting = YesNoField(
        label=gettext_lazy("%(name)sさんとは、ふだんから同じ家で暮らしていますか?"),
        yes=gettext_lazy("同じ家で暮らしています(入院中も入ります)"),
        no=gettext_lazy("老人ホームなどに入っていて、同じ家ではありません"),
    )


class AbroadForm(PageForm):
    abroad_reason = OneOfField(
        label=gettext_lazy("外国に住む%(name)sさんは、次のどれですか?"),
        choices=[
            ("study", gettext_lazy("留学のために住んでいます")),
            ("remittance", gettext_lazy("1年間に38万円以上を送りました")),
            ("none", gettext_lazy("どちらでもありません")),
        ],
        help_text=gettext_lazy("送金や留学の書類を、市役所から求めることがあります。"),
    )


class DisabilityForm(PageForm):
    disability = OneOfField(
        label=gettext_lazy("%(name)sさんは、障害者手帳などを持っていますか?"),
        help_text=INSTEAD_OF_BOOKLET,
        choices=DISABILITY,
    )


class NumberForm(PageForm):
    """個人番号 of a family member. It is never shown again; an empty box keeps the stored one.

    Of who died in the year it may be unknown, as the card goes back to the city; who lives abroad
    may have none.
    """

    secret = ("personal_number",)
    personal_number = CheckedNumberField(label=gettext_lazy("%(name)sさんのマイナンバー(個人番号)"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        box = self.fields["personal_number"]
        if self.stored.get("personal_number"):
            box.required = False
            box.help_text = _("入力済みです。変えるときだけ、12けたをもう一度入力します。")
        elif is_of_the_dead(self.stored):
            box.required = False
            box.help_text = _("亡くなった人の番号が分からないときは、空けたまま進みます。")
        elif self.stored.get("living") == "abroad":
            box.required = False
            box.help_text = _("外国に住んでいて番号がない人は、空けたまま進みます。")

    def answered_rows(self) -> list[tuple[str, str]]:
        """Say that none was typed, where the page was passed without one."""
        if self.stored.get("personal_number") == "":
            return [(str(self.fields["personal_number"].label), _("入力していません"))]
        return super().answered_rows()

    def to_store(self) -> dict[str, Any]:
        typed = self.cleaned_data["personal_number"]
        return {"personal_number": typed or self.stored.get("personal_number", "")}


class OwnDisabilityForm(PageForm):
    for_agent: ClassVar[Mapping[str, Any]] = {
        "disability": gettext_lazy("本人は、障害者手帳などを持っていますか?")
    }
    disability = OneOfField(
        label=gettext_lazy("あなたは、障害者手帳などを持っていますか?"),
        help_text=INSTEAD_OF_BOOKLET,
        choices=DISABILITY,
    )


class MaritalForm(PageForm):
    marital = OneOfField(
        label=gettext_lazy("これまでの結婚は?"),
        choices=[
            ("never", gettext_lazy("未婚です")),
            ("divorced", gettext_lazy("離婚しました")),
            ("widowed", gettext_lazy("夫や妻が亡くなりました")),
            ("missing", gettext_lazy("夫や妻の生死が分かりません")),
        ],
        help_text=gettext_lazy("税金が下がることがあります。"),
    )


class PartnerForm(PageForm):
    partner = YesNoField(
        label=gettext_lazy("住民票に「(未届)」の夫や妻がいますか?"),
        yes=gettext_lazy("います"),
        no=gettext_lazy("いません"),
    )


class StudentForm(PageForm):
    student = YesNoField(
        label=gettext_lazy("%(year)s12月31日に、学生でしたか?"),
        yes=gettext_lazy("学生でした"),
        no=gettext_lazy("学生ではありません"),
        help_text=gettext_lazy("高校、大学、専門学校などです。"),
    )


class SchoolForm(PageForm):
    school = PlainTextField(
        label=gettext_lazy("学校の名前"), help_text=gettext_lazy("例 熊本県立大学")
    )
