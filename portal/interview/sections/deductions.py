"""控除: premiums with their certificates, and medical costs."""

from django.utils.translation import gettext_lazy as _

from portal.interview import conditions as when
from portal.interview.model import Page, Section, always
from portal.interview.pages import at_once, claims, deductions, medical

# Questions that nearly everybody answers with no, asked at once on the first page.
PAID = (
    *("social-insurance/paid", "insurance/life-paid", "insurance/earthquake-paid"),
    "medical/method",
)
# What its ticks open: answered there, or afterwards on the pages of their own.
AMOUNTS = tuple(opened.place for opened in at_once.PaidForm.opens)
RECEIPTS = ("list", _("領収書を1件ずつ並べて、合計を計算する"))

SOCIAL = Section(
    code="social-insurance",
    group="deductions",
    title=_("社会保険料"),
    minutes=2,
    speaks_for_itself=always,
    pages=(
        Page(
            "which",
            _("払ったもの"),
            at_once.PaidForm,
            when.asked_at_once("social-insurance/which", *PAID),
            covers=(*PAID, "housing/has", *AMOUNTS),
        ),
        Page("paid", _("自分で払った社会保険料"), deductions.SocialPaidForm),
        Page(
            "amounts",
            _("払った社会保険料の金額"),
            deductions.SocialForm,
            when.said_yes("social-insurance", "paid"),
            lead=deductions.NOT_OTHERS,
            paper="social_insurance",
        ),
    ),
)

INSURANCE = Section(
    code="insurance",
    group="deductions",
    title=_("生命保険と地震保険"),
    minutes=3,
    speaks_for_itself=always,
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
            instead=("life-paid", _("証明書を1枚ずつ入力する")),
        ),
        Page("earthquake-paid", _("地震保険"), deductions.EarthquakePaidForm),
        Page(
            "earthquake",
            _("地震保険料の金額"),
            deductions.EarthquakeForm,
            when.said_yes("insurance", "quake_paid"),
            slip="earthquake",
            paper="earthquake",
            instead=("earthquake-paid", _("証明書を1枚ずつ入力する")),
        ),
    ),
)

LIFE_CERTIFICATES = Section(
    code="life-certificates",
    group="deductions",
    title=_("生命保険の控除証明書"),
    minutes=3,
    applies=when.chose("insurance", "paid", "each"),
    items=(
        Page(
            "company",
            _("どの保険会社の証明書ですか?"),
            claims.CompanyForm,
            slip="life",
            paper="life",
        ),
        Page("kind", _("証明書の種類"), claims.LifeKindForm, slip="life", lit_by="kind"),
        Page(
            "amount",
            _("1年間の保険料はいくらですか?"),
            claims.CertificateAmountForm,
            slip="life",
            lit_by="kind",
        ),
    ),
    item_title=_("証明書 %(n)s枚目"),
    item_label=lambda item: str(item.get("company", "")),
    block="life_certificates",
)

EARTHQUAKE_CERTIFICATES = Section(
    code="earthquake-certificates",
    group="deductions",
    title=_("地震保険の控除証明書"),
    minutes=2,
    applies=when.chose("insurance", "quake_paid", "each"),
    items=(
        Page(
            "company",
            _("どの保険会社の証明書ですか?"),
            claims.CompanyForm,
            slip="earthquake",
            paper="earthquake",
        ),
        Page(
            "kind",
            _("証明書の種類"),
            claims.EarthquakeKindForm,
            slip="earthquake",
            lit_by="kind",
        ),
        Page(
            "amount",
            _("1年間の保険料はいくらですか?"),
            claims.CertificateAmountForm,
            slip="earthquake",
            lit_by="kind",
        ),
    ),
    item_title=_("証明書 %(n)s枚目"),
    item_label=lambda item: str(item.get("company", "")),
    block="earthquake_certificates",
)

MEDICAL = Section(
    code="medical",
    group="deductions",
    title=_("医療費"),
    minutes=2,
    speaks_for_itself=always,
    pages=(
        Page("method", _("医療費の控除"), medical.MedicalMethodForm),
        Page(
            "list",
            _("医療費の明細"),
            medical.ReceiptsForm,
            when.uses_medical,
            lead=_(
                "領収書を1件ずつ並べると、合計を計算します。"
                "合計だけを入力する人は、空けたまま進みます。"
            ),
            optional=True,
        ),
        Page(
            "amounts",
            _("医療費の金額"),
            medical.MedicalForm,
            when.types_total("medical"),
            paper="medical",
            instead=RECEIPTS,
        ),
        Page(
            "self-medication",
            _("市販薬の金額"),
            medical.SelfMedicationForm,
            when.types_total("self_medication"),
            paper="medical",
            instead=RECEIPTS,
        ),
        Page(
            "effort",
            _("健康診断や予防接種"),
            medical.EffortForm,
            when.chose_medical("self_medication"),
            lead=_("市販薬の控除は、健康のための取組をした人だけが使えます。"),
            optional=True,
        ),
    ),
)
