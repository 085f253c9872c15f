"""計算結果: a computation in the words of compute_tax's output."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from tax.credits.donation import theoretical_limit
from tax.engine import Computation
from tax.exemption import per_capita_limit

#: Always shown in ``taxable_separate``; other kinds only where there is such income.
_USUAL_KINDS = ("land_long", "listed_div", "stock")


def result_of(done: Computation, *, by_level: bool = True) -> dict[str, Any]:
    """Every figure that can be computed, in yen.

    ``by_level``: 所得割 before its 100-yen floor as city and prefecture, or as one number.
    Figures that need what is unknown of the municipality (均等割, 級地) are left out.
    """
    found = {**_incomes(done), **_deductions(done), **_levies(done, by_level), **_credits(done)}
    found["income_levy_exempt"] = bool(done.exemption.income_levy)
    if _grade_unknown_matters(done):
        return found
    found["per_capita_exempt"] = bool(done.exemption.everything)
    if done.place.per_capita is None or done.place.forest is None:
        return found
    return found | _totals(done)


def _grade_unknown_matters(done: Computation) -> bool:
    """Whether the unknown 級地 decides: taxed by the lowest limit, exempt by the highest."""
    if done.place.grade is not None or done.exemption.everything:
        return False
    highest = per_capita_limit(done.exemption.persons, 1, done.law)
    return bool(done.incomes.gokei <= highest)


def _incomes(done: Computation) -> dict[str, Any]:
    incomes = done.incomes
    return {
        # As the examples print it: before 所得金額調整控除 of either kind.
        "employment_income": incomes.employment_before,
        "employment_income_before_adjustment": incomes.employment_before,
        "employment_income_after_adjustment": incomes.employment,
        "income_adjustment_children": incomes.children_adjustment,
        "income_adjustment_pension": incomes.pension_adjustment,
        "pension_income": incomes.pension,
        "business_income": incomes.trades.business,
        "farm_income": incomes.trades.farm,
        "real_estate_income": incomes.trades.real_estate,
        "misc_business_income": incomes.trades.misc_business,
        "misc_other_income": incomes.misc_other,
        "misc_income_total": incomes.pension + incomes.trades.misc_business + incomes.misc_other,
        "other_income": done.facts.other_total_income,
        "specific_deduction": incomes.specific_deduction,
        "transfer_and_occasional_income": incomes.irregular,
        "dividend_income": incomes.dividends,
        "total_income_gokei": incomes.gokei,
        "total_income_soshotokutou": incomes.soshotoku,
    }


def _deductions(done: Computation) -> dict[str, Any]:
    deductions, personal = done.deductions, done.deductions.personal
    return {
        "casualty_deduction": deductions.casualty,
        "medical_deduction": deductions.medical,
        "social_insurance_deduction": deductions.social_insurance,
        "small_mutual_aid_deduction": deductions.small_mutual_aid,
        "life_deduction": deductions.life,
        "earthquake_deduction": deductions.earthquake,
        "disability_deduction": personal.disability,
        "widow_deduction": personal.widow,
        "single_parent_deduction": personal.single_parent,
        "working_student_deduction": personal.student,
        "spouse_deduction": personal.spouse,
        "dependant_deduction": personal.dependants,
        "specific_relative_deduction": personal.specific_relatives,
        "basic_deduction": personal.basic,
        "deductions_before_losses": deductions.total - deductions.casualty - deductions.medical,
        "deductions_total": deductions.total,
    }


def _levies(done: Computation, by_level: bool) -> dict[str, Any]:
    separate = {kind: done.base.separate.get(kind, 0) for kind in _USUAL_KINDS}
    separate |= {kind: amount for kind, amount in done.base.separate.items() if amount}
    if done.base.forestry:
        separate["forestry"] = done.base.forestry
    before = done.credits.after_all
    after = done.credits.after_adjustment
    return {
        "taxable": done.base.comprehensive,
        "taxable_separate": separate,
        "city_raw": done.raw.city,
        "pref_raw": done.raw.pref,
        "personal_diff": done.deductions.personal.difference,
        "city_after_adjustment": after.city,
        "pref_after_adjustment": after.pref,
        "levy_after_adjustment_total": after.total,
        "income_levy_before_100yen_rounding": (
            {"city": before.city, "pref": before.pref} if by_level else before.total
        ),
        "income_levy_city": done.levy.city,
        "income_levy_pref": done.levy.pref,
        "income_levy_total": done.levy.total,
    }


def _credits(done: Computation) -> dict[str, Any]:
    credits = done.credits
    found = {
        "housing_left": credits.housing.left,
        "housing_cap": credits.housing.ceiling,
        "borderline_reduction": credits.borderline.reduction,
        "withheld_to_per_capita": credits.withheld.to_per_capita,
        "withheld_refund": credits.withheld.refunded,
    }
    pairs = {
        "adjustment_credit": credits.adjustment,
        "dividend_credit": credits.dividend,
        "housing_credit": credits.housing.credit,
        "donation_basic": credits.donation.basic,
        "furusato_special": credits.donation.special,
        "onestop": credits.donation.onestop,
        "foreign_tax_credit": credits.foreign,
        "withheld_credit": credits.withheld.entitled,
        "fixed_amount_credit": credits.fixed_amount,
    }
    for name, pair in pairs.items():
        found[f"{name}_city"], found[f"{name}_pref"] = pair
    return found | _furusato(done)


def _furusato(done: Computation) -> dict[str, Any]:
    donation = done.credits.donation
    percent = Decimal(donation.ratio).scaleb(-4).normalize()
    limit = theoretical_limit(donation.ratio, done.credits.after_adjustment, done.place, done.law)
    return {
        "income_tax_basic_deduction": done.law.income_tax_basic_deduction(done.incomes.gokei),
        "furusato_personal_diff_adjusted": donation.personal_difference,
        "furusato_ratio_base": donation.ratio_base,
        # The percentage as a JSON number; nothing is computed with it any more.
        "furusato_ratio": float(percent),
        "furusato_ratio_percent": f"{percent:f}",
        "furusato_limit_theoretical": _two_decimals(limit),
        "furusato_limit_1000yen": int(limit // 1000 * 1000),
    }


def _two_decimals(value: Fraction) -> str:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _totals(done: Computation) -> dict[str, Any]:
    flat = done.per_capita
    return {
        "per_capita_city": flat.city,
        "per_capita_pref": flat.pref,
        "forest_tax": done.forest,
        "city_tax_with_per_capita": done.levy.city + flat.city,
        "pref_tax_with_per_capita": done.levy.pref + flat.pref,
        "total": done.total,
        "ordinary": {"1": done.ordinary.first, "2-4": done.ordinary.others},
        "salary_withholding": {"june": done.salary.first, "other_months": done.salary.others},
    }
