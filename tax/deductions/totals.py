"""所得控除の合計 (地方税法34条, 314条の2)."""

from __future__ import annotations

from dataclasses import dataclass

from tax.amounts import Column
from tax.deductions.insurance import earthquake_deduction, life_deduction
from tax.deductions.losses import casualty_deduction, medical_deduction
from tax.deductions.personal import Personal, personal_deductions
from tax.facts import Facts
from tax.family import Family
from tax.income.totals import Incomes
from tax.law import Law


@dataclass(slots=True)
class Deductions:
    """所得控除: each deduction in the order of the return, and their total (yen)."""

    casualty: Column
    medical: Column
    social_insurance: Column
    small_mutual_aid: Column
    life: Column
    earthquake: Column
    personal: Personal
    total: Column


def compute_deductions(
    facts: Facts, family: Family, spouse_counts: Column, incomes: Incomes, law: Law
) -> Deductions:
    """All deductions of one resident or a column of them."""
    casualty = casualty_deduction(facts, incomes.soshotoku, law)
    medical = medical_deduction(facts, incomes.soshotoku, law)
    life = life_deduction(facts, law)
    earthquake = earthquake_deduction(facts, law)
    personal = personal_deductions(facts, family, spouse_counts, incomes, law)
    paid = facts.social_insurance + facts.small_mutual_aid
    return Deductions(
        casualty=casualty,
        medical=medical,
        social_insurance=facts.social_insurance,
        small_mutual_aid=facts.small_mutual_aid,
        life=life,
        earthquake=earthquake,
        personal=personal,
        total=casualty + medical + paid + life + earthquake + personal.total,
    )
