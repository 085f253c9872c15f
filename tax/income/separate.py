"""分離課税の所得: kinds taxed apart from the rest, in the order that deductions reach them."""

from __future__ import annotations

from typing import Any

from tax.amounts import Column, at_most, is_nothing, not_below_zero
from tax.facts import Facts
from tax.law import Law

#: 短期土地, 長期土地, 上場配当, 株式, 先物.
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
#: 居住用 and 優良住宅地: up to a limit (favoured_land_limit) at a lower rate than the others.
FAVOURED = ("land_long_superior", "land_long_residence")
_AT_FULL_RATE = tuple(kind for kind in KINDS if kind not in FAVOURED)

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
    incomes: Separate, amount: Column, order: tuple[str, ...], *, floors: Any = None
) -> tuple[Separate, Column]:
    """The incomes after an amount is taken from them in order, and what could not be taken.

    ``floors``: of each kind only what lies above its floor is taken.
    """
    if is_nothing(amount) or not incomes:
        return incomes, amount
    left = dict(incomes)
    for kind in order:
        if kind in left:
            open_part = left[kind] - getattr(floors, kind) if floors else left[kind]
            taken = at_most(not_below_zero(open_part), amount)
            left[kind] = left[kind] - taken
            amount = amount - taken
    return left, amount


def take_by_rate(incomes: Separate, amount: Column, law: Law) -> tuple[Separate, Column]:
    """雑損失 and 所得控除 in their order (租税特別措置法通達31・32共-4): the higher rate first.

    Short land first, then from long land to futures by rate: of 優良住宅地 and 居住用 what lies
    above their limit counts like the others, the rest last. Another order may be filed; for
    residents' tax the same is taken to hold ("?").
    """
    incomes, amount = take(incomes, amount, _AT_FULL_RATE)
    incomes, amount = take(incomes, amount, FAVOURED, floors=law.favoured_land_limit)
    return take(incomes, amount, FAVOURED)


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
