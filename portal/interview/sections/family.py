"""家族: spouse, relatives, and what is asked about the filer."""

from django.utils.translation import gettext_lazy as _

from portal.interview import adjusting, supporting, workers
from portal.interview import conditions as when
from portal.interview.model import Page, Section, always
from portal.interview.pages import at_once, family, late, rarely

# Asked at once on the first page.
HOUSEHOLD = ("spouse/has", "relatives/has", "personal/disability", "personal/student")
# What its ticks open.
STATUS = tuple(
    opened.place for opened in at_once.HouseholdForm.opens if opened.place not in HOUSEHOLD
)

SPOUSE = Section(
    code="spouse",
    group="family",
    title=_("夫や妻(配偶者)"),
    minutes=3,
    speaks_for_itself=when.has_no_spouse,
    pages=(
        Page(
            "which",
            _("家族とあなたのこと"),
            at_once.HouseholdForm,
            when.asked_at_once("spouse/which", *HOUSEHOLD),
            covers=(*HOUSEHOLD, *STATUS),
        ),
        Page("has", _("夫や妻(配偶者)"), late.SpouseHasForm),
        Page("person", _("夫や妻の名前と生まれた日"), family.SupportedForm, when.married),
        Page(
            "death",
            _("亡くなった日"),
            late.SpouseDeathForm,
            when.spouse_died,
            lead=_(
                "その年に亡くなった夫や妻の控除は、亡くなった日のことで決まります。"
                "このあとの質問には、亡くなった日のことを答えます(要確認)。"
            ),
        ),
        Page(
            "income",
            _("夫や妻の1年間の収入"),
            family.IncomeForm,
            supporting.spouse_is_claimed,
            lead=_("分かる範囲の見込みでかまいません。なければ、空けたまま進みます。"),
        ),
        Page(
            "living",
            _("夫や妻の住まい"),
            family.LivingForm,
            supporting.spouse_may_count,
            paper="relatives",
        ),
        Page(
            "household",
            _("夫や妻と家計がいっしょか"),
            family.OneHouseholdForm,
            supporting.spouse_lives_apart,
        ),
        Page(
            "address",
            _("夫や妻の住所"),
            family.OtherHomeForm,
            supporting.spouse_lives("apart", "abroad"),
        ),
        Page(
            "papers",
            _("外国に住む夫や妻の書類"),
            family.PapersForm,
            supporting.spouse_lives("abroad"),
            paper="relatives",
        ),
        Page(
            "disability",
            _("夫や妻の障害者手帳"),
            family.DisabilityForm,
            supporting.spouse_counts,
            paper="disability",
        ),
        Page("house", _("同居かどうか"), family.SameHouseForm, supporting.spouse_may_be_in_a_home),
        Page(
            "number",
            _("夫や妻のマイナンバー"),
            family.NumberForm,
            supporting.if_spouse_counts(workers.asks_number_of_spouse),
        ),
    ),
)

RELATIVES = Section(
    code="relatives",
    group="family",
    title=_("養っている家族(扶養親族)"),
    minutes=4,
    speaks_for_itself=always,
    pages=(Page("has", _("養っている家族"), family.RelativesHasForm),),
    items_apply=when.said_yes("relatives", "has"),
    items=(
        Page("person", _("家族の名前と生まれた日"), family.RelativeForm),
        Page(
            "income",
            _("家族の1年間の収入"),
            family.IncomeForm,
            when.if_claimed(when.old_enough_to_earn),
            lead=_("分かる範囲の見込みでかまいません。なければ、空けたまま進みます。"),
        ),
        Page("living", _("家族の住まい"), family.LivingForm, supporting.if_counts()),
        Page(
            "address",
            _("家族の住所"),
            family.OtherHomeForm,
            supporting.if_counts(when.lives_elsewhere),
        ),
        Page(
            "together",
            _("同居かどうか"),
            family.SameHouseForm,
            supporting.if_counts(when.may_be_cohabiting_parent),
        ),
        Page(
            "abroad",
            _("外国に住む家族"),
            family.AbroadForm,
            supporting.if_counts(when.abroad_needs_reason),
        ),
        Page(
            "papers",
            _("外国に住む家族の書類"),
            family.PapersForm,
            supporting.if_counts(when.item_says("living", "abroad")),
            paper="relatives",
        ),
        Page(
            "disability",
            _("家族の障害者手帳"),
            family.DisabilityForm,
            supporting.if_counts(),
            paper="disability",
        ),
        Page(
            "house",
            _("同居かどうか"),
            family.SameHouseForm,
            supporting.if_counts(when.may_be_in_a_home),
        ),
        Page(
            "number",
            _("家族のマイナンバー"),
            family.NumberForm,
            supporting.if_counts(workers.asks_number_of_relative),
        ),
    ),
    item_title=_("家族 %(n)s人目"),
    counts=supporting.relative_counts,
    item_label=lambda item: str(item.get("name", "")),
)

PERSONAL = Section(
    code="personal",
    group="family",
    title=_("あなたの事情(障害・ひとり親・学生)"),
    title_for_agent=_("本人の事情(障害・ひとり親・学生)"),
    minutes=2,
    speaks_for_itself=always,
    pages=(
        Page("disability", _("本人の障害者手帳"), family.OwnDisabilityForm, paper="disability"),
        Page("marital", _("これまでの結婚"), family.MaritalForm, when.marriage_matters),
        Page("partner", _("事実婚の相手"), family.PartnerForm, when.partner_matters),
        Page("student", _("学生かどうか"), family.StudentForm),
        Page("school", _("学校の名前"), family.SchoolForm, when.said_yes("personal", "student")),
        Page(
            "children",
            _("ほかの家族が扶養する23歳未満の人"),
            family.ChildElsewhereForm,
            adjusting.child_elsewhere_matters,
        ),
        Page(
            "special",
            _("ほかの家族が扶養する特別障害者"),
            family.SpecialElsewhereForm,
            adjusting.special_elsewhere_matters,
        ),
        Page("welfare", _("生活保護"), rarely.WelfareForm, when.may_be_on_welfare),
    ),
)
