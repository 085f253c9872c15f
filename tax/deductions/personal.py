"""人的控除 (地方税法34条1項6号～11号の2): deductions for the person and the family."""

from __future__ import annotations

from dataclasses import dataclass

from tax.amounts import Column, as_count, choose, opposite
from tax.facts import (
    ABROAD_UNDOCUMENTED,
    DIVORCED,
    FATHER,
    MOTHER,
    NO_SINGLE_PARENT,
    NO_WIDOW,
    Facts,
)
from tax.family import Family, disability_of
from tax.income.totals import Incomes
from tax.law import Law


@dataclass(slots=True)
class Personal:
    """人的控除: the amounts, who qualifies, and the 人的控除額の差 (yen)."""

    basic: Column
    disability: Column
    widow: Column
    single_parent: Column
    student: Column
    spouse: Column
    dependants: Column
    specific_relatives: Column
    difference: Column
    spouse_counts: Column
    is_widow: Column
    is_single_parent: Column

    @property
    def total(self) -> Column:
        """All personal deductions together."""
        return (
            self.basic
            + self.disability
            + self.widow
            + self.single_parent
            + self.student
            + self.spouse
            + self.dependants
            + self.specific_relatives
        )


def personal_deductions(
    facts: Facts, family: Family, spouse_counts: Column, incomes: Incomes, law: Law
) -> Personal:
    """All personal deductions, and the sum of differences that 調整控除 uses."""
    gap = law.personal_difference
    self_disability, self_gap = disability_of(facts.disability, law)
    spouse_disability, spouse_gap = disability_of(facts.spouse_disability, law)
    widow, single = widow_and_single_parent(facts, family, incomes.gokei, law)
    student = is_working_student(facts, incomes, law)
    spouse, spouse_difference = spouse_amounts(facts, spouse_counts, incomes.gokei, law)
    single_gap = choose(
        facts.single_parent == MOTHER, gap.single_parent.mother, gap.single_parent.father
    )
    return Personal(
        basic=law.basic_deduction(incomes.gokei),
        disability=self_disability
        + choose(spouse_counts, spouse_disability, 0)
        + family.disability_deduction,
        widow=choose(widow, law.widow_deduction, 0),
        single_parent=choose(single, law.single_parent_deduction, 0),
        student=choose(student, law.working_student_deduction, 0),
        spouse=spouse,
        dependants=family.deduction,
        specific_relatives=family.specific_deduction,
        # 基礎控除分の5万円 stays even where the basic deduction itself is 0 (地方税法37条1号).
        difference=gap.basic
        + self_gap
        + choose(spouse_counts, spouse_gap, 0)
        + family.disability_difference
        + choose(widow, gap.widow, 0)
        + choose(single, single_gap, 0)
        + choose(student, gap.working_student, 0)
        + spouse_difference
        + family.difference,
        spouse_counts=spouse_counts,
        is_widow=widow,
        is_single_parent=single,
    )


def widow_and_single_parent(
    facts: Facts, family: Family, gokei: Column, law: Law
) -> tuple[Column, Column]:
    """寡婦・ひとり親: whether the taxpayer is one, by the income limits.

    A divorced woman needs a 扶養親族 (papers from abroad are no part of it). A single parent needs
    a child within the income limit; where no relatives are listed, the claim itself is taken to say
    that there is one.
    """
    if (
        type(facts.widow) is int
        and type(facts.single_parent) is int
        and not (facts.widow or facts.single_parent)
    ):
        return False, False
    within = gokei <= law.single_parent_income_limit
    entitled = (facts.widow != DIVORCED) | (family.supported > 0)
    widow = (facts.widow != NO_WIDOW) & within & entitled
    has_child = (family.possible_children > 0) | (family.listed == 0)
    single = (facts.single_parent >= MOTHER) & (facts.single_parent <= FATHER)
    return widow, single & (facts.single_parent != NO_SINGLE_PARENT) & within & has_child


def is_working_student(facts: Facts, incomes: Incomes, law: Law) -> Column:
    """勤労学生: within the income limit, and nearly all of it from the student's own work.

    ``other_total_income`` is of unknown kind and is taken to be from work, as the student says.
    """
    if facts.working_student is False:
        return False
    trades = incomes.trades
    not_from_work = (
        incomes.dividends
        + incomes.misc_other
        + incomes.pension
        + choose(trades.real_estate > 0, trades.real_estate, 0)
        + incomes.occasional // 2
        + incomes.transfer_short
        + incomes.transfer_long // 2
        + sum(incomes.separate.values())
        + incomes.forestry
    )
    return (
        facts.working_student
        & (incomes.gokei <= law.working_student_income_limit)
        & (not_from_work <= law.working_student_other_income_limit)
    )


def spouse_amounts(
    facts: Facts, spouse_counts: Column, gokei: Column, law: Law
) -> tuple[Column, Column]:
    """配偶者控除 or 配偶者特別控除, and its 人的控除額の差."""
    if facts.has_spouse is False:
        return 0, 0
    elderly = facts.spouse_age >= law.dependant_ages.elderly_from
    deduction = choose(
        elderly, law.spouse_deduction_elderly(gokei), law.spouse_deduction_general(gokei)
    )
    difference = choose(
        elderly, law.spouse_difference_elderly(gokei), law.spouse_difference_general(gokei)
    )
    special = facts.has_spouse & opposite(facts.spouse_family_employee) & opposite(spouse_counts)
    special = special & (facts.spouse_abroad != ABROAD_UNDOCUMENTED)
    column = law.taxpayer_income_columns.index(gokei)
    amount, gap = 0, 0
    for number, name in enumerate(("first", "second", "third")):
        here = as_count(special & (column == number))
        amount = amount + here * getattr(law, f"spouse_special_deduction_{name}")(
            facts.spouse_income
        )
        gap = gap + here * getattr(law, f"spouse_special_difference_{name}")(facts.spouse_income)
    return choose(spouse_counts, deduction, amount), choose(spouse_counts, difference, gap)
