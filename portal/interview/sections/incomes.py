"""収入: which kinds there were, the slips, side incomes."""

from django.utils.translation import gettext_lazy as _

from portal.interview import conditions as when
from portal.interview.model import Page, Section, always
from portal.interview.pages import income, rarely, slips

# What a slip asks for, page by page.
SLIP_PAGES = ("payer", "revenue", "withheld-tax", "social-insurance")

INCOME = Section(
    code="income",
    group="income",
    title=_("収入の種類"),
    minutes=1,
    speaks_for_itself=always,
    pages=(
        Page("kinds", _("収入の種類"), income.KindsForm),
        Page("more", _("そのほかの収入"), income.MoreKindsForm, when.chose_more_kinds),
    ),
)

NO_INCOME = Section(
    code="no-income",
    group="income",
    title=_("収入がなかった理由"),
    minutes=1,
    applies=when.no_income,
    pages=(
        Page("reason", _("収入がなかった1年の暮らし"), income.ReasonForm),
        Page("supporter", _("養ってくれた人"), income.SupporterForm, when.was_supported),
        Page("note", _("暮らしのようす"), income.NoteForm, when.other_reason),
    ),
)

SALARIES = Section(
    code="salaries",
    group="income",
    title=_("給料(給与)"),
    minutes=3,
    applies=when.has_kind("salary"),
    items=(
        Page(
            "slip",
            _("給料の源泉徴収票"),
            slips.SalarySlipForm,
            when.asked_at_once("slip", *SLIP_PAGES),
            lead=_("会社からもらう書類の、色の付いた欄を写します。"),
            slip="salary",
            paper="salary",
            covers=SLIP_PAGES,
            instead=("payer", _("源泉徴収票がないとき")),
        ),
        Page(
            "payer",
            _("どこから給料をもらいましたか?"),
            income.PayerForm,
            lead=_(
                "会社からもらう書類(源泉徴収票)を見て、色の付いた欄を写します。1枚ずつ入力します。"
            ),
            slip="salary",
            paper="salary",
        ),
        Page(
            "work",
            _("どこで、どのくらい働きましたか?"),
            rarely.WorkForm,
            when.has_no_slip,
            lead=_("給与明細や通帳を見て入力します。次のページからは、1年分を合計した金額です。"),
        ),
        Page("revenue", _("支払金額はいくらですか?"), income.RevenueForm, slip="salary"),
        Page("withheld-tax", _("源泉徴収税額はいくらですか?"), income.WithheldForm, slip="salary"),
        Page(
            "social-insurance",
            _("社会保険料等の金額はいくらですか?"),
            income.SlipInsuranceForm,
            slip="salary",
        ),
    ),
    item_title=_("源泉徴収票 %(n)s枚目"),
    item_label=lambda item: str(item.get("payer", "")),
)

PENSIONS = Section(
    code="pensions",
    group="income",
    title=_("公的年金"),
    minutes=3,
    applies=when.has_kind("pension"),
    items=(
        Page(
            "slip",
            _("年金の源泉徴収票"),
            slips.PensionSlipForm,
            when.asked_at_once("slip", *SLIP_PAGES),
            lead=_("1月に届くはがきから写します。"),
            slip="pension",
            paper="pension",
            covers=SLIP_PAGES,
            # Who has a pension has this one, and copies its slip first.
            likely={"payer": slips.STATE_PENSION},
        ),
        Page(
            "payer",
            _("どこから年金をもらいましたか?"),
            income.PensionPayerForm,
            lead=_(
                "1月に届くはがき(公的年金等の源泉徴収票)を見て、色の付いた欄を写します。1枚ずつ入力します。"
            ),
            slip="pension",
            paper="pension",
        ),
        Page("revenue", _("支払金額はいくらですか?"), income.RevenueForm, slip="pension"),
        Page("withheld-tax", _("源泉徴収税額はいくらですか?"), income.WithheldForm, slip="pension"),
        Page(
            "social-insurance",
            _("社会保険料の金額はいくらですか?"),
            income.PensionInsuranceForm,
            slip="pension",
        ),
    ),
    item_title=_("年金の源泉徴収票 %(n)s枚目"),
    item_label=lambda item: str(item.get("payer", "")),
)

MISC = Section(
    code="misc",
    group="income",
    title=_("副業など(その他の雑所得)"),
    minutes=3,
    applies=when.has_kind("misc"),
    items=(
        Page(
            "entry",
            _("副業などの収入"),
            income.MiscForm,
            lead=_("支払った相手ごとに、1件ずつ入力します。"),
            paper="misc",
        ),
    ),
    item_title=_("収入 %(n)s件目"),
    item_label=lambda item: str(item.get("description", "")),
    block="misc",
)
