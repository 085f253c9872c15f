"""ありえない組合せ: inputs that are right one by one and wrong together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tax.errors import InputError
from tax.facts import Facts
from tax.law import Law

#: Nobody younger is married, and no ascendant is younger than a young grandparent.
_YOUNGEST_SPOUSE = 16
_YOUNGEST_PARENT = 30


def check_combinations(facts: Facts, inputs: Mapping[str, Any], law: Law) -> None:
    """Raise InputError for the first impossible combination."""
    _check_marriage(facts)
    _check_ages(facts, inputs, law)
    _check_medical(facts, inputs)
    for trade, label in (("business", "事業"), ("farm", "農業"), ("real_estate", "不動産")):
        _check_trade(facts, trade, label, law)


def _check_marriage(facts: Facts) -> None:
    if facts.widow and facts.single_parent:
        raise InputError(
            "flags.widow", "寡婦とひとり親は同時に選べません。どちらか一方にしてください。"
        )
    # Who died in the year counts as on that day, and 寡婦・ひとり親 as on its last day.
    married = facts.has_spouse and not facts.spouse_died
    if married and (facts.widow or facts.single_parent):
        field = "flags.widow" if facts.widow else "flags.single_parent"
        raise InputError(
            field,
            f"配偶者がいる人は寡婦・ひとり親になりません。{field} か spouse を直してください。"
            "その年に亡くなった配偶者なら、spouse.died を true にしてください。",
        )


def _check_ages(facts: Facts, inputs: Mapping[str, Any], law: Law) -> None:
    if facts.minor and "age" in inputs and facts.age >= law.minor_age:
        raise InputError(
            "flags.minor",
            f"{facts.age}歳は未成年ではありません。flags.minor か age を直してください。",
        )
    if facts.has_spouse and facts.spouse_age < _YOUNGEST_SPOUSE:
        raise InputError(
            "spouse.age", "配偶者の年齢（spouse.age）が若すぎます。年齢を確かめてください。"
        )
    for at, person in enumerate(facts.people):
        if person.cohabiting_parent and person.age < _YOUNGEST_PARENT:
            raise InputError(
                f"relatives.{at}.cohabiting_parent",
                f"{person.age}歳は同居老親等になりません。relatives.{at} を直してください。",
            )


def _check_medical(facts: Facts, inputs: Mapping[str, Any]) -> None:
    if inputs.get("self_medication") and facts.medical_paid:
        raise InputError(
            "self_medication",
            "医療費控除とセルフメディケーション税制（self_medication）は、どちらか一方だけです。",
        )
    if facts.casualty_deduction and (facts.casualty_net_loss or facts.casualty_disaster_cost):
        raise InputError(
            "casualty_deduction",
            "雑損控除額（casualty_deduction）と損失の内訳は、どちらか一方だけです。",
        )


def _check_trade(facts: Facts, trade: str, label: str, law: Law) -> None:
    blue = getattr(facts, f"{trade}_blue_deduction")
    white = getattr(facts, f"{trade}_white_spouse") + getattr(facts, f"{trade}_white_others")
    if blue and blue > law.blue_deduction_limit:
        raise InputError(
            f"{trade}.blue_deduction",
            f"{label}の青色申告特別控除（{trade}.blue_deduction）は"
            f"{law.blue_deduction_limit:,}円以下で入力してください。",
        )
    if white and (blue or getattr(facts, f"{trade}_family_employee")):
        raise InputError(
            f"{trade}.white_spouse", f"{label}の青色と白色の専従者・控除は同時に使えません。"
        )
    if getattr(facts, f"{trade}_white_spouse") > 1:
        raise InputError(f"{trade}.white_spouse", "白色専従者の配偶者は1人までです。")
