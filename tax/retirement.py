"""退職所得の分離課税 (地方税法50条の3, 328条の2以下): taxed when paid, apart from everything."""

from __future__ import annotations

from tax.amounts import drop_fraction, floor_to_100_yen, floor_to_1000_yen, not_below_zero
from tax.errors import InputError
from tax.law import Law


def retirement_tax(
    payment: int, years: int, law: Law, *, disability: bool = False, officer: bool = False
) -> dict[str, int]:
    """The tax on a retirement allowance (yen). ``years``: part years count as whole ones.

    ``disability``: left because of becoming disabled. ``officer``: 役員等, whose short service has
    no halving at all; other short service is not halved above 3,000,000 yen.
    """
    if payment < 0:
        raise InputError("payment", "退職金の額（payment）は0以上の整数で書いてください。")
    if years < 1:
        raise InputError(
            "years", "勤続年数（years）は1以上の整数で書いてください（端数は切上げ）。"
        )
    deduction = retirement_deduction(years, law, disability=disability)
    net = not_below_zero(payment - deduction)
    rule = law.retirement
    income = net // 2
    if years <= rule.short_years and officer:
        income = net
    elif years <= rule.short_years and net > rule.short_half_limit:
        income = rule.short_half_limit // 2 + net - rule.short_half_limit
    taxable = floor_to_1000_yen(income)
    city = floor_to_100_yen(drop_fraction(taxable, rule.city))
    pref = floor_to_100_yen(drop_fraction(taxable, rule.pref))
    return {
        "retirement_deduction": deduction,
        "taxable": taxable,
        "city": city,
        "pref": pref,
        "total": city + pref,
    }


def retirement_deduction(years: int, law: Law, *, disability: bool = False) -> int:
    """退職所得控除額 (所得税法30条3項)."""
    rule = law.retirement
    if years <= rule.long_years:
        amount = max(rule.per_year * years, rule.minimum)
    else:
        amount = rule.long_base + rule.per_long_year * (years - rule.long_years)
    return int(amount + (rule.disability_add if disability else 0))
