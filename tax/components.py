"""一部だけの計算: single rules of the law, asked for with "component" in the inputs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Any

from tax import collection
from tax.amounts import not_below_zero
from tax.credits.adjustment import adjustment_base, adjustment_credit
from tax.deductions.insurance import life_deduction
from tax.errors import InputError
from tax.exemption import per_capita_limit
from tax.facts import Facts
from tax.family import Family
from tax.income.employment import children_adjustment
from tax.law import Law, law_of_any
from tax.levels import Levels
from tax.municipality import Municipality, load_municipality
from tax.reading import amount, read_facts, yes_or_no
from tax.retirement import retirement_tax


def compute_component(
    inputs: Mapping[str, Any], tax_year: str, municipality: Any = None
) -> dict[str, Any]:
    """The figures of one component; the year needs only the parameters that it uses."""
    name = inputs.get("component")
    if not isinstance(name, str) or name not in _COMPONENTS:
        known = "、".join(_COMPONENTS)
        raise InputError("component", f"部分計算（component）は {known} のどれかです。")
    rule, keys = _COMPONENTS[name]
    for key in inputs:
        if key not in (*keys, "component", "municipality"):
            raise InputError(key, f"「{key}」は部分計算 {name} に使えない項目です。")
    law = law_of_any(tax_year)
    named = inputs.get("municipality", municipality)
    place = load_municipality(named, "R9" if tax_year == "any" else tax_year)
    return rule(inputs, law, place)


def _yen(inputs: Mapping[str, Any], key: str, default: int | None = None) -> int:
    return amount(key, inputs.get(key, default), key)


def _instalments(inputs: Mapping[str, Any], law: Law, place: Municipality) -> dict[str, Any]:
    """普通徴収と給与特別徴収: the year's tax in instalments."""
    total = _yen(inputs, "total")
    by_hand, by_salary = collection.ordinary(total, True, law), collection.salary(total, True, law)
    return {
        "ordinary": {"1": by_hand.first, "2-4": by_hand.others},
        "salary_withholding": {"june": by_salary.first, "other_months": by_salary.others},
    }


def _pension_withholding(
    inputs: Mapping[str, Any], law: Law, place: Municipality
) -> dict[str, Any]:
    """年金特別徴収: the first year, or with ``previous_total`` a later year."""
    total = _yen(inputs, "total")
    if inputs.get("previous_total") is None:
        return dict(collection.pension_first_year(total, law))
    return dict(collection.pension_next_year(total, _yen(inputs, "previous_total"), law))


def _retirement(inputs: Mapping[str, Any], law: Law, place: Municipality) -> dict[str, Any]:
    """退職所得."""
    return dict(
        retirement_tax(
            _yen(inputs, "payment"),
            _yen(inputs, "years"),
            law,
            disability=yes_or_no("disability", inputs.get("disability", False), "障害による退職"),
            officer=yes_or_no("officer", inputs.get("officer", False), "役員等"),
        )
    )


def _house_only(inputs: Mapping[str, Any], law: Law, place: Municipality) -> dict[str, Any]:
    """家屋敷: 均等割 alone; 森林環境税 is charged where the person lives."""
    if place.per_capita is None:
        raise InputError(
            "municipality", "市区町村の均等割（city_kinto・pref_kinto）を書いてください。"
        )
    flat = place.per_capita
    return {
        "per_capita_city": flat.city,
        "per_capita_pref": flat.pref,
        "forest_tax": 0,
        "total": flat.total,
    }


def _employment_table(inputs: Mapping[str, Any], law: Law, place: Municipality) -> dict[str, Any]:
    """給与所得の表: for the salaries given, else at both ends of each band."""
    salaries = inputs.get("salaries")
    if salaries is None:
        ends = [band["upto"] for band in law.employment_income.bands[:-1]]
        salaries = sorted({*ends, *(end + 1 for end in ends)})
    if not isinstance(salaries, list):
        raise InputError("salaries", "給与収入（salaries）は金額の並び（[ ]）で書いてください。")
    return {
        str(salary): law.employment_income(amount(f"salaries.{at}", salary, "給与収入"))
        for at, salary in enumerate(salaries)
    }


def _children_adjustment(
    inputs: Mapping[str, Any], law: Law, place: Municipality
) -> dict[str, Any]:
    """所得金額調整控除（子ども・特別障害者等）."""
    key = "has_dependent_under_23"
    child = yes_or_no(key, inputs.get(key, False), "23歳未満の扶養親族")
    facts = Facts(salary=_yen(inputs, "salary"), child_elsewhere=child)
    income = law.employment_income(facts.salary)
    adjustment = children_adjustment(facts, Family(), law)
    return {
        "employment_income": income,
        "income_adjustment_children": adjustment,
        "employment_income_after": income - adjustment,
    }


def _specific_relative(inputs: Mapping[str, Any], law: Law, place: Municipality) -> dict[str, Any]:
    """特定親族特別控除 全段: income bands above the dependant's limit, and their amounts."""
    lower, found = law.dependant_income_limit + 1, {}
    for band in law.specific_relative_deduction.bands[:-1]:
        found[f"{lower}-{band['upto']}"] = band["value"]
        lower = band["upto"] + 1
    return found | {f"{lower}-": 0}


def _exemption_limits(inputs: Mapping[str, Any], law: Law, place: Municipality) -> dict[str, Any]:
    """非課税の線, and the largest salaries that stay within them."""
    if place.grade is None:
        raise InputError(
            "municipality.kyuchi", "級地（kyuchi）を 1、2、3 のどれかで書いてください。"
        )
    rule = law.exemption_per_capita
    figures = getattr(rule, f"grade_{place.grade}")
    single = per_capita_limit(1, place.grade, law)
    return {
        "single_limit": single,
        "single_salary": largest_salary(single, law),
        "per_person": figures.per_person,
        "family_add": figures.family_add,
        "fixed_add": rule.fixed_add,
        "special_limit": law.exemption_special_limit,
        "special_salary_max": largest_salary(law.exemption_special_limit, law),
    }


def largest_salary(income: int, law: Law) -> int:
    """The largest salary whose 給与所得 is not above an income."""
    return bisect_right(range(100_000_000), income, key=law.employment_income) - 1


def _life_and_adjustment(
    inputs: Mapping[str, Any], law: Law, place: Municipality
) -> dict[str, Any]:
    """生命保険料控除, 算出所得割 and 調整控除 from a taxable amount and a sum of differences."""
    facts = read_facts({"life": inputs.get("life") or {}}, law)
    taxable, difference = _yen(inputs, "taxable", 0), _yen(inputs, "personal_diff", 0)
    raw = Levels(*(int(taxable * rate) for rate in place.rates))
    credit = adjustment_credit(adjustment_base(difference, taxable, law), raw, place, law)
    after = raw.less(credit)
    return {
        "life_deduction": life_deduction(facts, law),
        "city_raw": raw.city,
        "pref_raw": raw.pref,
        "adjustment_credit_city": credit.city,
        "adjustment_credit_pref": credit.pref,
        "city_after_adjustment": not_below_zero(after.city),
        "pref_after_adjustment": not_below_zero(after.pref),
    }


_Rule = Callable[[Mapping[str, Any], Law, Municipality], dict[str, Any]]
_COMPONENTS: dict[str, tuple[_Rule, tuple[str, ...]]] = {
    "instalments": (_instalments, ("total",)),
    "pension_withholding": (_pension_withholding, ("total", "previous_total")),
    "retirement": (_retirement, ("payment", "years", "disability", "officer")),
    "house_only": (_house_only, ()),
    "employment_income_table": (_employment_table, ("year", "salaries")),
    "income_adjustment_children": (_children_adjustment, ("salary", "has_dependent_under_23")),
    "specific_relative_bands": (_specific_relative, ("relative_age",)),
    "exemption_limits": (_exemption_limits, ()),
    "life_and_adjustment": (_life_and_adjustment, ("life", "personal_diff", "taxable")),
}
