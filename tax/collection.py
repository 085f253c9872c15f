"""納め方 (地方税法20条の4の2, 320条, 321条の5, 321条の7の2以下): how a year's tax is collected."""

from __future__ import annotations

from dataclasses import dataclass

from tax.amounts import Column, choose, floor_to_100_yen, not_below_zero
from tax.law import Law


@dataclass(slots=True)
class Instalments:
    """First payment and each of the others (yen)."""

    first: Column
    others: Column


def ordinary(total: Column, has_income_levy: Column, law: Law) -> Instalments:
    """普通徴収: four terms in whole 1,000 yen, the rest in the first; 均等割 only: all at once."""
    rule = law.ordinary_collection
    return _divided(total, has_income_levy, rule.terms, rule.unit)


def salary(total: Column, has_income_levy: Column, law: Law) -> Instalments:
    """給与特別徴収: June to May in whole 100 yen, the rest in June; 均等割 only: all in June."""
    rule = law.salary_collection
    return _divided(total, has_income_levy, rule.months, rule.unit)


def _divided(total: Column, has_income_levy: Column, parts: int, unit: int) -> Instalments:
    others = choose(has_income_levy, total // parts // unit * unit, 0)
    return Instalments(total - others * (parts - 1), others)


def after_leaving(total: int, paid_months: int, leaving_month: int, law: Law) -> dict[str, int]:
    """退職者の残り: what a leaver still owes, and how it is collected (one resident).

    January to April: the rest at once from the last salary; May: that month's own instalment;
    June to December: ordinary collection (unless the leaver asks otherwise).
    """
    plan = salary(total, True, law)
    paid = 0 if paid_months == 0 else plan.first + plan.others * (paid_months - 1)
    rest = total - paid
    if leaving_month <= 5:
        return {"paid": paid, "withheld_at_once": rest, "ordinary": 0}
    return {"paid": paid, "withheld_at_once": 0, "ordinary": rest}


def pension_first_year(total: int, law: Law) -> dict[str, int]:
    """年金特別徴収の初年度: half ordinary (June, August), half October, December, February."""
    rule = law.pension_collection
    by_hand = floor_to_100_yen(total // 2)
    withheld = total - by_hand
    august = by_hand // 2 // rule.ordinary_unit * rule.ordinary_unit
    later = withheld // 3 // rule.withheld_unit * rule.withheld_unit
    return {
        "june_ordinary": by_hand - august,
        "august_ordinary": august,
        "october": withheld - 2 * later,
        "december": later,
        "february": later,
    }


def pension_next_year(total: int, previous_total: int, law: Law) -> dict[str, int]:
    """年金特別徴収の翌年度から: April, June, August a sixth of last year's tax, then the rest."""
    unit = law.pension_collection.withheld_unit
    provisional = previous_total // 6 // unit * unit
    left = not_below_zero(total - 3 * provisional)
    later = left // 3 // unit * unit
    return {
        "april": provisional,
        "june": provisional,
        "august": provisional,
        "october": left - 2 * later,
        "december": later,
        "february": later,
        "refund": not_below_zero(3 * provisional - total),
    }


def pension_withholding_applies(
    age_on_1_april: int, pension: int, care_premium_withheld: bool, tax: int, law: Law
) -> bool:
    """年金特別徴収の対象 (地方税法321条の7の2): 65 or over, 180,000 yen or more, and so on."""
    rule = law.pension_collection
    return (
        age_on_1_april >= rule.age
        and pension >= rule.minimum_pension
        and care_premium_withheld
        and 0 < tax <= pension
    )
