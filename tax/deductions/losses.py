"""雑損控除・医療費控除 (地方税法34条1項1号・2号, 附則4条の5)."""

from __future__ import annotations

from tax.amounts import Column, at_least, at_most, drop_fraction, is_nothing, not_below_zero
from tax.facts import Facts
from tax.law import Law


def medical_floor(soshotoku: Column, law: Law) -> Column:
    """The smaller of 100,000 yen and 5% of 総所得金額等.

    The 5% is dropped to the yen, to the taxpayer's advantage (no source read: "?").
    """
    rule = law.medical_deduction
    return at_most(drop_fraction(soshotoku, rule.rate), rule.floor)


def medical_deduction(facts: Facts, soshotoku: Column, law: Law) -> Column:
    """医療費控除, or セルフメディケーション税制: only one of them is ever filled in."""
    if is_nothing(facts.medical_paid) and is_nothing(facts.self_medication):
        return 0
    own = not_below_zero(facts.medical_paid - facts.medical_reimbursed)
    ordinary = at_most(
        not_below_zero(own - medical_floor(soshotoku, law)), law.medical_deduction.ceiling
    )
    rule = law.self_medication
    switch = at_most(not_below_zero(facts.self_medication - rule.floor), rule.ceiling)
    return ordinary + switch


def casualty_deduction(facts: Facts, soshotoku: Column, law: Law) -> Column:
    """雑損控除: as already computed, or from the net loss and the disaster-related cost."""
    if is_nothing(facts.casualty_net_loss) and is_nothing(facts.casualty_disaster_cost):
        return facts.casualty_deduction
    rule = law.casualty_deduction
    by_loss = facts.casualty_net_loss - drop_fraction(soshotoku, rule.income_rate)
    by_cost = facts.casualty_disaster_cost - rule.disaster_floor
    return facts.casualty_deduction + not_below_zero(at_least(by_loss, by_cost))
