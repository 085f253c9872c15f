"""The interview's table: every section, its pages, and when each applies.

Adding a question means adding a page here and its form under `pages/`; its answer reaches the
return through `payload.py`, which takes nothing that is not named there.
"""

from django.utils.translation import gettext_lazy as _

from portal.interview import conditions as when
from portal.interview.model import Page, Section
from portal.interview.pages import basic, deductions, family, income

GROUPS = [
    ("basic", _("基本情報")),
    ("income", _("収入")),
    ("deductions", _("控除")),
    ("family", _("家族")),
    ("finish", _("確認と署名")),
]

BASIC = Section(
    code="basic",
    group="basic",
    title=_("あなたのこと"),
    minutes=2,
    pages=(
        Page("kana", _("お名前のフリガナ"), basic.KanaForm, when.card_has_no_kana),
        Page("phone", _("電話番号"), basic.PhoneForm),
        Page("address", _("1月1日の住所"), basic.AddressForm),
        Page("address-jan1", _("1月1日の住所"), basic.OtherAddressForm, when.moved),
    ),
)

INCOME = Section(
    code="income",
    group="income",
    title=_("収入の種類"),
    minutes=1,
    pages=(Page("kinds", _("どんな収入がありましたか?"), income.KindsForm),),
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
            "payer",
            _("どこから給料をもらいましたか?"),
            income.PayerForm,
            lead=_(
                "会社からもらう書類(源泉徴収票)を見て、色の付いた欄を写します。1枚ずつ入力します。"
            ),
            slip="salary",
            paper="salary",
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
)

SOCIAL = Section(
    code="social-insurance",
    group="deductions",
    title=_("社会保険料"),
    minutes=2,
    pages=(
        Page("paid", _("自分で払った社会保険料"), deductions.SocialPaidForm),
        Page(
            "amounts",
            _("払った社会保険料の金額"),
            deductions.SocialForm,
            when.said_yes("social-insurance", "paid"),
            lead=_("払ったものだけ入力します。ほかは空けたままでかまいません。"),
            paper="social_insurance",
        ),
    ),
)

INSURANCE = Section(
    code="insurance",
    group="deductions",
    title=_("生命保険と地震保険"),
    minutes=3,
    pages=(
        Page("life-paid", _("生命保険"), deductions.LifePaidForm),
        Page(
            "life",
            _("生命保険料の金額"),
            deductions.LifeForm,
            when.said_yes("insurance", "paid"),
            lead=_("控除証明書を見て、種類ごとの1年分の合計を入力します。"),
            slip="life",
            paper="life",
        ),
        Page("earthquake-paid", _("地震保険"), deductions.EarthquakePaidForm),
        Page(
            "earthquake",
            _("地震保険料の金額"),
            deductions.EarthquakeForm,
            when.said_yes("insurance", "quake_paid"),
            paper="earthquake",
        ),
    ),
)

MEDICAL = Section(
    code="medical",
    group="deductions",
    title=_("医療費"),
    minutes=2,
    pages=(
        Page("method", _("医療費の控除"), deductions.MedicalMethodForm),
        Page(
            "amounts",
            _("医療費の金額"),
            deductions.MedicalForm,
            when.chose_medical("medical"),
            paper="medical",
        ),
        Page(
            "self-medication",
            _("市販薬の金額"),
            deductions.SelfMedicationForm,
            when.chose_medical("self_medication"),
            paper="medical",
        ),
    ),
)

SPOUSE = Section(
    code="spouse",
    group="family",
    title=_("夫や妻(配偶者)"),
    minutes=3,
    pages=(
        Page("has", _("夫や妻(配偶者)"), family.SpouseHasForm),
        Page("person", _("夫や妻の名前と生まれた日"), family.PersonForm, when.married),
        Page(
            "income",
            _("夫や妻の1年間の収入"),
            family.IncomeForm,
            when.married,
            lead=_("分かる範囲の見込みでかまいません。なければ、空けたまま進みます。"),
        ),
        Page("living", _("夫や妻の住まい"), family.LivingForm, when.married, paper="relatives"),
        Page(
            "disability",
            _("夫や妻の障害者手帳"),
            family.DisabilityForm,
            when.married,
            paper="disability",
        ),
        Page("number", _("夫や妻のマイナンバー"), family.NumberForm, when.married),
    ),
)

RELATIVES = Section(
    code="relatives",
    group="family",
    title=_("養っている家族(扶養親族)"),
    minutes=4,
    pages=(Page("has", _("養っている家族"), family.RelativesHasForm),),
    items_apply=when.said_yes("relatives", "has"),
    items=(
        Page("person", _("家族の名前と生まれた日"), family.RelativeForm),
        Page(
            "income",
            _("家族の1年間の収入"),
            family.IncomeForm,
            when.old_enough_to_earn,
            lead=_("分かる範囲の見込みでかまいません。なければ、空けたまま進みます。"),
        ),
        Page("living", _("家族の住まい"), family.LivingForm),
        Page("together", _("同居かどうか"), family.ParentForm, when.may_be_cohabiting_parent),
        Page(
            "abroad",
            _("外国に住む家族"),
            family.AbroadForm,
            when.abroad_needs_reason,
            paper="relatives",
        ),
        Page("disability", _("家族の障害者手帳"), family.DisabilityForm, paper="disability"),
        Page("number", _("家族のマイナンバー"), family.NumberForm),
    ),
    item_title=_("家族 %(n)s人目"),
    item_label=lambda item: str(item.get("name", "")),
)

PERSONAL = Section(
    code="personal",
    group="family",
    title=_("あなたの事情(障害・ひとり親・学生)"),
    minutes=2,
    pages=(
        Page(
            "disability",
            _("あなたの障害者手帳"),
            family.OwnDisabilityForm,
            paper="disability",
        ),
        Page("marital", _("これまでの結婚"), family.MaritalForm, when.unmarried),
        Page("partner", _("事実婚の相手"), family.PartnerForm, when.unmarried),
        Page("student", _("学生かどうか"), family.StudentForm),
        Page("school", _("学校の名前"), family.SchoolForm, when.said_yes("personal", "student")),
    ),
)

COLLECTION = Section(
    code="collection",
    group="finish",
    title=_("住民税の払い方"),
    minutes=1,
    applies=when.may_choose_collection,
    pages=(Page("method", _("住民税の払い方"), deductions.CollectionForm),),
)

SECTIONS: tuple[Section, ...] = (
    BASIC,
    INCOME,
    NO_INCOME,
    SALARIES,
    PENSIONS,
    MISC,
    SOCIAL,
    INSURANCE,
    MEDICAL,
    SPOUSE,
    RELATIVES,
    PERSONAL,
    COLLECTION,
)
BY_CODE = {section.code: section for section in SECTIONS}
# Changed whenever a page, a field or its meaning changes; every draft carries its own.
FORM_VERSION = "2026-11"
