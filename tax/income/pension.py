"""公的年金等に係る雑所得 (所得税法35条)."""

from __future__ import annotations

from tax.amounts import Column, choose, is_nothing, not_below_zero
from tax.law import Law


def pension_income(pension: Column, age: Column, other_income: Column, law: Law) -> Column:
    """The misc income of public pensions.

    ``age`` on the last day of the income year; ``other_income``: 合計所得金額 without the pension,
    before the second 所得金額調整控除.
    """
    if is_nothing(pension):
        return 0
    senior = age >= law.pension_senior_age
    income = choose(
        senior, law.pension_income_from_65(pension), law.pension_income_under_65(pension)
    )
    lost_deduction = choose(pension > 0, law.pension_other_income_reduction(other_income), 0)
    return not_below_zero(income + lost_deduction)
