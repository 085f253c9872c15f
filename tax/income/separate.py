"""分離課税の所得: kinds taxed apart from the rest, in the order that deductions reach them."""

from __future__ import annotations

from tax.amounts import Column, at_most, is_nothing, not_below_zero
from tax.facts import Facts

#: 短期土地, 長期土地, 上場配当, 株式, 先物: the order is general knowledge (tax law §6, "?").
KINDS = (
    "land_short",
    "land_short_public",
    "land_long",
    "land_long_superior",
    "land_long_residence",
    "listed_div",
    "stock",
    "stock_general",
    "futures",
)
LAND_KINDS = KINDS[:5]

Separate = dict[str, Column]


def gross_incomes(facts: Facts) -> Separate:
    """Gains of the year, before 特別控除 and before losses of earlier years; only kinds in use.

    A loss from listed stocks is set against listed dividends (租税特別措置法37条の12の2).
    """
    found = {kind: getattr(facts, kind) for kind in KINDS if not is_nothing(getattr(facts, kind))}
    if is_nothing(facts.stock_loss):
        return found
    stock, dividends = found.get("stock", 0), found.get("listed_div", 0)
    left = not_below_zero(facts.stock_loss - stock)
    return found | {
        "stock": not_below_zero(stock - facts.stock_loss),
        "listed_div": not_below_zero(dividends - left),
    }


def take(
    incomes: Separate, amount: Column, order: tuple[str, ...] = KINDS
) -> tuple[Separate, Column]:
    """The incomes after an amount is taken from them in order, and what could not be taken."""
    if is_nothing(amount) or not incomes:
        return incomes, amount
    left = dict(incomes)
    for kind in order:
        if kind in left:
            taken = at_most(left[kind], amount)
            left[kind] = left[kind] - taken
            amount = amount - taken
    return left, amount


def after_special_deductions(incomes: Separate, facts: Facts) -> Separate:
    """特別控除 (a home's 3,000万円 and the like) out of each land gain; never below zero."""
    left = dict(incomes)
    for kind in LAND_KINDS:
        if kind in left:
            deduction = getattr(facts, f"{kind}_special_deduction")
            left[kind] = not_below_zero(left[kind] - deduction)
    return left


def total(incomes: Separate) -> Column:
    """All kinds together."""
    return sum(incomes.values())
