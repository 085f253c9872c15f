"""事業・農業・不動産・業務の所得 (所得税法26条, 27条, 35条)."""

from __future__ import annotations

from dataclasses import dataclass

from tax.amounts import Column, at_most, choose, is_nothing, not_below_zero
from tax.facts import Facts
from tax.law import Law


@dataclass(slots=True)
class TradeIncome:
    """事業・農業・不動産・業務: net incomes; the first three may be losses."""

    business: Column
    farm: Column
    real_estate: Column
    misc_business: Column


def _net(facts: Facts, trade: str, law: Law, extra_cost: Column = 0) -> Column:
    """Revenue less costs, family workers and the blue-return deduction."""
    revenue, expenses = getattr(facts, f"{trade}_revenue"), getattr(facts, f"{trade}_expenses")
    family = getattr(facts, f"{trade}_family_employee")
    if is_nothing(revenue) and is_nothing(expenses) and is_nothing(family):
        return 0
    before = revenue - expenses - extra_cost - family
    before = before - _white_family(facts, trade, before, law)
    blue = at_most(getattr(facts, f"{trade}_blue_deduction"), law.blue_deduction_limit)
    # The blue-return deduction (青色申告特別控除) uses income up; it never makes a loss.
    return before - at_most(blue, not_below_zero(before))


def _white_family(facts: Facts, trade: str, before: Column, law: Law) -> Column:
    """白色事業専従者控除 (地方税法313条4項): each at most an equal share of the income."""
    spouse = getattr(facts, f"{trade}_white_spouse")
    others = getattr(facts, f"{trade}_white_others")
    if is_nothing(spouse) and is_nothing(others):
        return 0
    share = not_below_zero(before) // (spouse + others + 1)
    limit = law.white_family_limit
    return at_most(share, limit.spouse) * spouse + at_most(share, limit.other) * others


def trade_incomes(facts: Facts, law: Law) -> TradeIncome:
    """The four, with the home workers' minimum cost (家内労働者等の特例) on top where claimed."""
    extra_business, extra_misc = _home_worker_costs(facts, law)
    misc = facts.misc_business_revenue - facts.misc_business_expenses - extra_misc
    return TradeIncome(
        business=_net(facts, "business", law, extra_business),
        farm=_net(facts, "farm", law),
        real_estate=_net(facts, "real_estate", law),
        # A loss of misc income (雑所得) is not set against anything.
        misc_business=not_below_zero(misc),
    )


def _home_worker_costs(facts: Facts, law: Law) -> tuple[Column, Column]:
    """What the minimum cost adds to business and to misc costs (租税特別措置法27条)."""
    if facts.home_worker is False:
        return 0, 0
    revenue = facts.business_revenue + facts.misc_business_revenue
    expenses = facts.business_expenses + facts.misc_business_expenses
    minimum = at_most(not_below_zero(law.home_worker_minimum_cost - facts.salary), revenue)
    extra = choose(facts.home_worker, not_below_zero(minimum - expenses), 0)
    in_business = at_most(extra, not_below_zero(facts.business_revenue - facts.business_expenses))
    return in_business, extra - in_business
