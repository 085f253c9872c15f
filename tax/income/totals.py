"""合計所得金額・総所得金額等 (地方税法23条1項13号, 32条, 313条): two totals kept apart."""

from __future__ import annotations

from dataclasses import dataclass

from tax.amounts import Column, at_most, is_nothing, not_below_zero
from tax.facts import Facts
from tax.family import Family
from tax.income import separate
from tax.income.employment import children_adjustment, pension_adjustment, specific_deduction
from tax.income.pension import pension_income
from tax.income.separate import Separate
from tax.income.trades import TradeIncome, trade_incomes
from tax.law import Law


@dataclass(slots=True)
class Incomes:
    """所得金額: every kind, and the totals that the law builds from them (yen)."""

    employment_before: Column
    specific_deduction: Column
    children_adjustment: Column
    pension_adjustment: Column
    employment: Column
    pension: Column
    other_than_pension: Column
    trades: TradeIncome
    misc_other: Column
    dividends: Column
    occasional: Column
    transfer_short: Column
    transfer_long: Column
    irregular: Column
    comprehensive: Column
    separate: Separate
    forestry: Column
    gokei: Column
    comprehensive_after_losses: Column
    separate_after_losses: Separate
    forestry_after_losses: Column
    soshotoku: Column


@dataclass(slots=True)
class _Irregular:
    """一時・総合譲渡: after their special deductions, before halving; and the transfers' loss."""

    short: Column = 0
    long: Column = 0
    occasional: Column = 0
    loss: Column = 0


def compute_incomes(facts: Facts, family: Family, law: Law) -> Incomes:
    """All incomes of one resident or a column of them."""
    by_table = law.employment_income(facts.salary)
    # 特定支出控除 as computed by the staff, or from what was spent.
    specific = facts.specific_expenses + specific_deduction(facts, by_table, law)
    before = not_below_zero(by_table - specific)
    first = children_adjustment(facts, family, law)
    trades = trade_incomes(facts, law)
    misc_other = not_below_zero(facts.misc_other_revenue - facts.misc_other_expenses)
    dividends = not_below_zero(
        facts.dividends
        + facts.dividends_trust
        + facts.dividends_foreign_trust
        - facts.dividends_interest_paid
    )
    regular = (
        trades.business
        + trades.farm
        + trades.real_estate
        + trades.misc_business
        + misc_other
        + dividends
        + facts.other_total_income
    )
    irregular = _irregular(facts, law)
    apart = separate.gross_incomes(facts)
    apart_total = separate.total(apart)
    woods = facts.forestry - facts.forestry_loss
    others = apart_total + sum(_offset(regular + before - first, irregular, woods))
    pension = pension_income(facts.public_pension, facts.age, others, law)
    second = pension_adjustment(before - first, pension, law)
    employment = before - first - second
    comprehensive, forestry = _offset(regular + employment + pension, irregular, woods)
    left, apart_left, forestry_left = _after_losses(facts, comprehensive, apart, forestry, law)
    return Incomes(
        employment_before=before,
        specific_deduction=specific,
        children_adjustment=first,
        pension_adjustment=second,
        employment=employment,
        pension=pension,
        other_than_pension=others,
        trades=trades,
        misc_other=misc_other,
        dividends=dividends,
        occasional=irregular.occasional,
        transfer_short=irregular.short,
        transfer_long=irregular.long,
        irregular=_offset(0, irregular, 0)[0] - _loss_left(irregular),
        comprehensive=comprehensive,
        separate=apart,
        forestry=forestry,
        gokei=comprehensive + apart_total + forestry,
        comprehensive_after_losses=left,
        separate_after_losses=apart_left,
        forestry_after_losses=forestry_left,
        soshotoku=left + separate.total(apart_left) + forestry_left,
    )


def _irregular(facts: Facts, law: Law) -> _Irregular:
    """一時所得と総合譲渡所得 after 特別控除; gains and losses of the two transfers offset first."""
    short = facts.transfer_short_revenue - facts.transfer_short_expenses
    long = facts.transfer_long_revenue - facts.transfer_long_expenses
    occasional = not_below_zero(
        facts.occasional_revenue - facts.occasional_expenses - law.occasional_special_deduction
    )
    if is_nothing(short) and is_nothing(long):
        return _Irregular(occasional=occasional)
    short_gain = not_below_zero(not_below_zero(short) - not_below_zero(-long))
    long_gain = not_below_zero(not_below_zero(long) - not_below_zero(-short))
    special = law.transfer_special_deduction
    from_short = at_most(short_gain, special)
    return _Irregular(
        short=short_gain - from_short,
        long=long_gain - at_most(long_gain, special - from_short),
        occasional=occasional,
        loss=not_below_zero(-(short + long)),
    )


def _offset(regular: Column, irregular: _Irregular, forestry: Column) -> tuple[Column, Column]:
    """損益通算 (所得税法69条, 同施行令198条): 総所得金額 and 山林所得 after losses of the year.

    A transfer's loss goes to 一時 first, then to regular income; a regular loss goes to short
    transfers, long transfers, then 一時; what is left of either goes to 山林. A loss from 山林 goes
    the same way as a regular one. Long transfers and 一時 count by half, after offsetting.
    """
    by_transfer = at_most(irregular.loss, irregular.occasional)
    occasional = irregular.occasional - by_transfer
    regular = regular - (irregular.loss - by_transfer)
    if is_nothing(forestry):
        whole, _ = _offset_regular(regular, irregular.short, irregular.long, occasional)
        return whole, 0
    # Set against the others in one order, both losses may be carried through them as one.
    whole, loss = _offset_regular(
        regular - not_below_zero(-forestry), irregular.short, irregular.long, occasional
    )
    return whole, not_below_zero(not_below_zero(forestry) - loss)


def _offset_regular(
    regular: Column, short: Column, long: Column, occasional: Column
) -> tuple[Column, Column]:
    """総所得金額 after a loss of the regular incomes, and what is left of the loss."""
    loss = not_below_zero(-regular)
    from_short = at_most(loss, short)
    from_long = at_most(loss - from_short, long)
    from_occasional = at_most(loss - from_short - from_long, occasional)
    halved = (long - from_long + occasional - from_occasional) // 2
    left = loss - from_short - from_long - from_occasional
    return not_below_zero(regular) + short - from_short + halved, left


def _loss_left(irregular: _Irregular) -> Column:
    """The transfers' loss that 一時 cannot take: box ⑪ shows it below zero."""
    return not_below_zero(irregular.loss - irregular.occasional)


def _after_losses(
    facts: Facts, comprehensive: Column, apart: Separate, forestry: Column, law: Law
) -> tuple[Column, Separate, Column]:
    """繰越控除: losses carried forward, stocks' and futures' against their own kinds first.

    純損失 (所得税法70条) reaches 総所得金額 and 山林 alone; 雑損失 (同71条) incomes taxed apart,
    too (租税特別措置法31条3項3号 and its like). 純損失 comes first (通達41の5-1の2).
    """
    apart, _ = separate.take(apart, facts.stock_loss_carryforward, ("stock", "listed_div"))
    apart, _ = separate.take(apart, facts.futures_loss_carryforward, ("futures",))
    comprehensive, left = _take(comprehensive, facts.loss_carryforward)
    forestry, _ = _take(forestry, left)
    comprehensive, left = _take(comprehensive, facts.casualty_loss_carryforward)
    apart, left = _take_apart(facts, apart, left, law)
    forestry, _ = _take(forestry, left)
    return comprehensive, apart, forestry


def _take(income: Column, loss: Column) -> tuple[Column, Column]:
    taken = at_most(income, loss)
    return income - taken, loss - taken


def _take_apart(facts: Facts, apart: Separate, loss: Column, law: Law) -> tuple[Separate, Column]:
    """Take a loss from incomes taxed apart: from what 特別控除 leaves of them."""
    if is_nothing(loss) or not apart:
        return apart, loss
    room = separate.after_special_deductions(apart, facts)
    room_left, loss = separate.take_by_rate(room, loss, law)
    return {kind: apart[kind] - (room[kind] - room_left[kind]) for kind in apart}, loss
