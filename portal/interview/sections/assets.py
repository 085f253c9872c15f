"""利子・配当・一時・譲渡・分離課税: asked only of who has them."""

from django.utils.translation import gettext_lazy as _

from portal.interview import conditions as when
from portal.interview.model import Page, Section
from portal.interview.pages import assets

INTEREST = Section(
    code="interest",
    group="income",
    title=_("利子"),
    minutes=1,
    applies=when.has_kind("interest"),
    items=(Page("entry", _("利子の収入"), assets.InterestForm),),
    item_title=_("収入 %(n)s件目"),
    item_label=lambda item: str(item.get("payer", "")),
    block="interest",
)

DIVIDENDS = Section(
    code="dividends",
    group="income",
    title=_("配当"),
    minutes=3,
    applies=when.has_kind("dividends"),
    items=(
        Page("what", _("どこから配当を受け取りましたか?"), assets.DividendForm),
        Page("listed", _("引かれた住民税"), assets.ListedForm),
        Page(
            "method",
            _("配当の申告のしかた"),
            assets.DividendMethodForm,
            when.item_says("listed", True),
        ),
        Page(
            "amounts", _("配当の金額"), assets.DividendAmountsForm, when.item_says("listed", False)
        ),
        Page("listed-amounts", _("配当の金額"), assets.ListedAmountsForm, when.declares_listed),
    ),
    item_title=_("配当 %(n)s件目"),
    item_label=lambda item: str(item.get("payer", "")),
    block="dividends",
    counts=when.entry_is_declared,
)

OCCASIONAL = Section(
    code="occasional",
    group="income",
    title=_("満期保険金など(一時所得)"),
    minutes=2,
    applies=when.has_kind("occasional"),
    items=(Page("entry", _("満期保険金や賞金などの収入"), assets.OccasionalForm),),
    item_title=_("収入 %(n)s件目"),
    item_label=lambda item: str(item.get("description", "")),
    block="occasional",
)

TRANSFERS = Section(
    code="transfers",
    group="income",
    title=_("売ったもの(総合譲渡)"),
    minutes=2,
    applies=when.has_kind("transfer"),
    items=(Page("entry", _("売ったもの"), assets.TransferForm),),
    item_title=_("収入 %(n)s件目"),
    item_label=lambda item: str(item.get("description", "")),
    block="transfers",
)

LAND = Section(
    code="land",
    group="income",
    title=_("土地・建物を売った所得"),
    minutes=4,
    applies=when.has_kind("land"),
    items=(
        Page(
            "what",
            _("売った土地や建物"),
            assets.LandForm,
            lead=_(
                "土地や建物を売った人は、確定申告がいることが多いです。税務署にも確かめてください。"
            ),
        ),
        Page("amounts", _("売った金額とかかったお金"), assets.SoldForm),
        Page("special", _("特別控除"), assets.LandDeductionForm),
    ),
    item_title=_("土地・建物 %(n)s件目"),
    item_label=lambda item: str(item.get("place", "")),
    block="land",
)

SHARES = Section(
    code="shares",
    group="income",
    title=_("株や投資信託を売った所得"),
    minutes=3,
    applies=when.has_kind("shares"),
    items=(
        Page("what", _("売った株や投資信託"), assets.SharesForm),
        Page(
            "method",
            _("株の利益の申告のしかた"),
            assets.SharesMethodForm,
            when.item_says("kind", "listed"),
        ),
        Page("amounts", _("売った金額とかかったお金"), assets.SoldForm, when.sells_untaxed),
        Page(
            "taxed-amounts",
            _("売った金額とかかったお金"),
            assets.SharesWithheldForm,
            when.sells_taxed,
        ),
    ),
    item_title=_("株など %(n)s件目"),
    item_label=lambda item: str(item.get("payer", "")),
    block="shares",
    counts=when.entry_is_declared,
)

FUTURES = Section(
    code="futures",
    group="income",
    title=_("先物取引・FX"),
    minutes=2,
    applies=when.has_kind("futures"),
    items=(Page("entry", _("先物取引・FXの利益"), assets.FuturesForm),),
    item_title=_("取引 %(n)s件目"),
    item_label=lambda item: str(item.get("payer", "")),
    block="futures",
)

FORESTRY = Section(
    code="forestry",
    group="income",
    title=_("山の木を売った所得(山林)"),
    minutes=2,
    applies=when.has_kind("forestry"),
    pages=(Page("entry", _("山の木を売った収入"), assets.ForestryForm),),
    block="forestry",
)
