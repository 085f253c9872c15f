"""商売・農業・家賃: 収支内訳, books, family workers."""

from django.utils.translation import gettext_lazy as _

from portal.interview import conditions as when
from portal.interview import workers
from portal.interview.model import Page, Section
from portal.interview.pages import family, trades

COSTS_LEAD = _("帳簿を見て、種類ごとに1年分の合計を入力します。ないものは空けておきます。")

BUSINESS = Section(
    code="business",
    group="income",
    title=_("商売・フリーランス"),
    minutes=6,
    applies=when.has_kind("business"),
    pages=(
        Page("about", _("商売・フリーランスのこと"), trades.AboutForm),
        Page("revenue", _("商売・フリーランスの収入"), trades.TradeRevenueForm),
        Page("costs", _("商売・フリーランスの経費"), trades.BusinessCostsForm, lead=COSTS_LEAD),
        Page("books", _("商売・フリーランスの申告のしかた"), trades.BooksForm),
    ),
    block="business",
)

FARM = Section(
    code="farm",
    group="income",
    title=_("農業"),
    minutes=6,
    applies=when.has_kind("farm"),
    pages=(
        Page("about", _("農業のこと"), trades.FarmAboutForm),
        Page("revenue", _("農業の収入"), trades.FarmRevenueForm),
        Page("costs", _("農業の経費"), trades.FarmCostsForm, lead=COSTS_LEAD),
        Page("books", _("農業の申告のしかた"), trades.BooksForm),
    ),
    block="farm",
)

REAL_ESTATE = Section(
    code="real-estate",
    group="income",
    title=_("家賃・地代"),
    minutes=6,
    applies=when.has_kind("real_estate"),
    pages=(
        Page("about", _("家賃・地代のこと"), trades.RealEstateAboutForm),
        Page("revenue", _("家賃・地代の収入"), trades.TradeRevenueForm),
        Page("costs", _("家賃・地代の経費"), trades.RealEstateCostsForm, lead=COSTS_LEAD),
        Page(
            "land-interest",
            _("土地を買うための借入金の利子"),
            trades.LandInterestForm,
            when.loses_by_interest,
        ),
        Page("books", _("家賃・地代の申告のしかた"), trades.BooksForm),
        Page("scale", _("貸している家や部屋の数"), trades.ScaleForm, when.rents_need_scale),
    ),
    block="real_estate",
)

FAMILY_WORKERS = Section(
    code="family-workers",
    group="income",
    title=_("仕事を手伝う家族(専従者)"),
    minutes=2,
    applies=when.has_trade,
    pages=(Page("has", _("仕事を手伝う家族"), trades.WorkersHasForm),),
    items_apply=when.said_yes("family-workers", "has"),
    items=(
        Page("person", _("手伝う家族の名前と生まれた日"), trades.WorkerForm),
        Page("trade", _("手伝っている仕事"), trades.WorkerTradeForm),
        Page("months", _("手伝った月数"), trades.WorkerMonthsForm),
        Page("salary", _("払った給与"), trades.WorkerSalaryForm, when.keeps_blue_books),
        Page(
            "number",
            _("手伝う家族のマイナンバー"),
            family.NumberForm,
            workers.asks_number_of_worker,
        ),
    ),
    item_title=_("専従者 %(n)s人目"),
    item_label=lambda item: str(item.get("name", "")),
    block="family_workers",
)

HOME_WORKER = Section(
    code="home-worker",
    group="income",
    title=_("内職などの特例"),
    minutes=1,
    applies=when.may_be_home_worker,
    pages=(Page("which", _("内職などの特例"), trades.HomeWorkerForm),),
)
