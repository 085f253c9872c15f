"""ほかの控除: what few people have, asked only of who ticks it."""

from django.utils.translation import gettext_lazy as _

from portal.interview import conditions as when
from portal.interview.model import Page, Section
from portal.interview.pages import claims, housing, trades

MORE = Section(
    code="more",
    group="deductions",
    title=_("ほかの控除・事情(寄附・掛金・災害・住宅ローンなど)"),
    minutes=1,
    optional=True,
    pages=(Page("which", _("ほかの控除・事情"), claims.MoreForm),),
)

DONATIONS = Section(
    code="donations",
    group="deductions",
    title=_("寄附(ふるさと納税など)"),
    minutes=3,
    applies=when.wants("donations"),
    items=(
        Page(
            "what",
            _("どこに寄附しましたか?"),
            claims.DonationForm,
            lead=_("寄附した先ごとに、1件ずつ入力します。"),
        ),
        Page(
            "amount",
            _("寄附した金額"),
            claims.DonationAmountForm,
            paper="other",
            part="gift_limit",
        ),
        Page(
            "one-stop",
            _("ワンストップ特例"),
            claims.OneStopForm,
            when.item_says("kind", "furusato"),
        ),
    ),
    item_title=_("寄附 %(n)s件目"),
    item_label=lambda item: str(item.get("recipient", "")),
    block="donations",
)

MUTUAL_AID = Section(
    code="mutual-aid",
    group="deductions",
    title=_("iDeCo・小規模企業共済"),
    minutes=1,
    applies=when.wants("mutual_aid"),
    pages=(
        Page(
            "amounts",
            _("払った掛金の金額"),
            claims.MutualAidForm,
            lead=_(
                "掛金の証明書を見て、1年分の金額を入力します。"
                "給料から引かれた分と年末調整で出した分は、源泉徴収票に入っているので書きません。"
            ),
            paper="other",
        ),
    ),
    block="mutual_aid",
)

CASUALTY = Section(
    code="casualty",
    group="deductions",
    title=_("災害・盗難などの損害(雑損)"),
    minutes=3,
    applies=when.wants("casualty"),
    pages=(
        Page("what", _("どんな損害ですか?"), claims.CasualtyForm),
        Page("amounts", _("損害の金額"), claims.CasualtyAmountsForm, paper="other"),
    ),
    block="casualty",
)

HOUSING = Section(
    code="housing",
    group="deductions",
    title=_("住宅ローン控除"),
    minutes=3,
    applies=when.may_have_loan,
    pages=(
        Page("has", _("住宅ローン控除"), housing.HousingHasForm, when.asks_for_loan, optional=True),
        Page(
            "loan",
            _("住宅ローン控除の金額"),
            housing.HousingForm,
            when.has_loan,
            lead=_(
                "源泉徴収票の色の付いた欄を写します。"
                "1年目の人は、確定申告が必要です。この申告では受けられません。"
            ),
            slip="housing",
        ),
        Page(
            "income-tax",
            _("年末調整で引かれた金額"),
            housing.HousingTaxForm,
            when.has_loan,
            lead=_("源泉徴収票の色の付いた欄を写します。"),
            slip="housing",
            paper="other",
        ),
    ),
    block="housing",
)

LOSSES = Section(
    code="losses",
    group="deductions",
    title=_("繰り越した損失"),
    minutes=2,
    applies=when.wants("losses"),
    pages=(Page("amounts", _("前の年から繰り越した損失"), trades.LossesForm),),
    block="losses",
)
