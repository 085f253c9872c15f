"""What few have, asked of who ticks it, has a trade, or lived elsewhere on 1 January."""

from django.utils.translation import gettext_lazy as _

from portal.interview import conditions as when
from portal.interview.model import Page, Section
from portal.interview.pages import rarely

SPECIFIC_EXPENSES = Section(
    code="specific-expenses",
    group="deductions",
    title=_("仕事のために払ったお金(特定支出)"),
    minutes=3,
    applies=when.wants_specific_expenses,
    pages=(
        Page(
            "amounts",
            _("仕事のために自分で払ったお金"),
            rarely.SpecificExpensesForm,
            lead=_(
                "勤め先が払ってくれた分は引きます。"
                "合計が給与所得控除額の半分を超えた分だけ、控除があります。"
            ),
        ),
        Page("certified", _("勤め先の証明書"), rarely.CertifiedForm, paper="other"),
    ),
    block="specific_expenses",
)

FOREIGN_TAX = Section(
    code="foreign-tax",
    group="deductions",
    title=_("外国で払った税(外国税額控除)"),
    minutes=3,
    applies=when.wants("foreign_tax"),
    pages=(
        Page(
            "amounts",
            _("外国で払った税"),
            rarely.ForeignTaxForm,
            lead=_(
                "先に所得税から引きます。引ききれなかった人だけ、ここで住民税から引けます。"
                "確定申告をした人は、この申告はいりません。"
            ),
            paper="other",
        ),
    ),
    block="foreign_tax",
)

BUSINESS_TAX = Section(
    code="business-tax",
    group="income",
    title=_("事業税のこと(県に伝えます)"),
    minutes=2,
    applies=when.has_trade,
    optional=True,
    pages=(
        Page(
            "about",
            _("事業税のこと"),
            rarely.BusinessTaxForm,
            lead=_("あてはまるところだけ入力します。県に別の申告を出さなくてよくなります。"),
        ),
    ),
    block="business_tax",
)

HOUSE = Section(
    code="house",
    group="basic",
    title=_("市にある家や事務所(家屋敷)"),
    minutes=1,
    applies=when.may_own_house,
    pages=(
        Page("has", _("家や事務所"), rarely.HouseHasForm, when.lived_outside),
        Page("place", _("家や事務所の場所"), rarely.HouseForm, when.owns_house, paper="other"),
    ),
    block="house",
)
