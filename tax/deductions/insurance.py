"""生命保険料控除・地震保険料控除 (地方税法34条1項5号・5号の3)."""

from __future__ import annotations

from tax.amounts import Column, at_least, at_most, is_nothing
from tax.facts import Facts
from tax.law import Law


def life_deduction(facts: Facts, law: Law) -> Column:
    """生命保険料控除: general, care and pension classes, at most 70,000 yen together."""
    general = life_class(facts.life_new_general, facts.life_old_general, law)
    care = law.life_insurance_new(facts.life_care)
    pension = life_class(facts.life_new_pension, facts.life_old_pension, law)
    return at_most(general + care + pension, law.life_insurance_limits.total)


def life_class(new: Column, old: Column, law: Law) -> Column:
    """One class: the best of the new contracts alone, the old alone, or both up to 28,000."""
    if is_nothing(new) and is_nothing(old):
        return 0
    from_new, from_old = law.life_insurance_new(new), law.life_insurance_old(old)
    both = at_most(from_new + from_old, law.life_insurance_limits.mixed_class)
    return at_least(at_least(from_new, from_old), both)


def earthquake_deduction(facts: Facts, law: Law) -> Column:
    """地震保険料控除: earthquake premiums and old long-term contracts, 25,000 together."""
    earthquake = law.earthquake_insurance(facts.earthquake)
    old_long = law.old_long_insurance(facts.old_long_insurance)
    return at_most(earthquake + old_long, law.earthquake_limit)
