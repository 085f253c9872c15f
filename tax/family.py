"""同一生計配偶者・扶養親族: who counts, for what, and how much.

What a relative brings depends only on the relative and the year, never on the taxpayer, so it is
judged once for each relative and summed for each resident.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from tax.amounts import Column, as_count, choose, opposite
from tax.facts import (
    ABROAD,
    ABROAD_UNDOCUMENTED,
    GENERAL,
    NO_DISABILITY,
    NOT_CHILD,
    SPECIAL,
    SPECIAL_CO,
    Facts,
    Relative,
    RelativeColumns,
)
from tax.law import Law


@dataclass(slots=True)
class Family:
    """親族の合計: what all relatives (not the spouse) bring to one resident."""

    #: 扶養親族 by the definition alone, and those of them who bring a deduction or a head count.
    supported: Column = 0
    counted: Column = 0
    deduction: Column = 0
    difference: Column = 0
    disability_deduction: Column = 0
    disability_difference: Column = 0
    special_disabled: Column = 0
    under_child_age: Column = 0
    specific_deduction: Column = 0
    listed: Column = 0
    possible_children: Column = 0


def judge_relative(person: Relative, law: Law) -> Family:
    """扶養親族・特定親族 (地方税法23条1項9号, 34条1項11号・11号の2): one relative's share."""
    ages = law.dependant_ages
    age, income = person.age, person.total_income
    # A paid family worker (専従者) is nobody's dependant.
    related = opposite(person.family_employee) & opposite(person.excluded)
    # 扶養親族 by the definition, of which neither the papers from abroad nor the ages of
    # 控除対象扶養親族 are a part. 寡婦 (離婚) and 所得金額調整控除 ask for no more (要確認).
    supported = related & (income <= law.dependant_income_limit)
    # The deductions do: who lives abroad without papers brings none (45条の2, 317条の2).
    eligible = related & (person.abroad != ABROAD_UNDOCUMENTED)
    dependant = supported & eligible
    if law.overseas_dependants_restricted:
        working_age = (age >= ages.overseas_from) & (age <= ages.overseas_to)
        unsupported = (person.abroad == ABROAD) & (person.disability == NO_DISABILITY)
        dependant = dependant & opposite(working_age & unsupported)
    specific_age = (age >= ages.specific_from) & (age <= ages.specific_to)
    # Above the dependant's limit only: below it the relative is a dependant already.
    specific = eligible & specific_age & (income > law.dependant_income_limit)
    disability_deduction, disability_difference = disability_of(person.disability, law)
    # ひとり親の子 may be a paid worker or abroad without papers (要確認), but has to be there.
    child = (person.relation != NOT_CHILD) & (income <= law.single_parent_child_income_limit)
    child = child & opposite(person.excluded)
    return Family(
        supported=as_count(supported),
        counted=as_count(dependant),
        deduction=choose(dependant, _by_class(person, law, law.dependant_deduction), 0),
        difference=choose(dependant, _difference_by_class(person, law), 0),
        disability_deduction=choose(dependant, disability_deduction, 0),
        disability_difference=choose(dependant, disability_difference, 0),
        special_disabled=as_count(supported & (person.disability >= SPECIAL)),
        under_child_age=as_count(
            supported & (age < law.income_adjustment_children.child_age_under)
        ),
        specific_deduction=choose(specific, law.specific_relative_deduction(income), 0),
        listed=1,
        possible_children=as_count(child),
    )


def _by_class(person: Relative, law: Law, amounts: object) -> Column:
    """一般・特定・老人・同居老親等: the amount of the class that the age gives; 0 under 16."""
    ages = law.dependant_ages
    age = person.age
    values = vars(amounts)
    elderly = choose(person.cohabiting_parent, values["cohabiting_parent"], values["elderly"])
    specific = (age >= ages.specific_from) & (age <= ages.specific_to)
    adult = choose(specific, values["specific"], values["general"])
    older = choose(age >= ages.elderly_from, elderly, adult)
    return choose(age >= ages.deductible_from, older, 0)


def _difference_by_class(person: Relative, law: Law) -> Column:
    """人的控除額の差 of the same class (地方税法37条, 314条の6)."""
    difference = law.personal_difference
    return _by_class(person, law, difference.dependant)


def disability_of(code: Column, law: Law) -> tuple[Column, Column]:
    """障害者控除 and its 人的控除額の差 for a disability code (地方税法34条1項6号)."""
    amounts, difference = law.disability_deduction, law.personal_difference.disability
    if type(code) is int and code == NO_DISABILITY:
        return 0, 0
    deduction = choose(
        code == SPECIAL_CO,
        amounts.special_co,
        choose(code == SPECIAL, amounts.special, choose(code == GENERAL, amounts.general, 0)),
    )
    gap = choose(
        code == SPECIAL_CO,
        difference.special_co,
        choose(code == SPECIAL, difference.special, choose(code == GENERAL, difference.general, 0)),
    )
    return deduction, gap


_SUMS = tuple(item.name for item in fields(Family))


def sum_relatives(facts: Facts, law: Law) -> Family:
    """The relatives' shares summed for each resident."""
    relatives = facts.relatives
    if isinstance(relatives, RelativeColumns):
        shares = judge_relative(relatives.people, law)
        sums = (_per_resident(getattr(shares, name), relatives.offsets) for name in _SUMS)
        return Family(*sums)
    total = Family()
    for person in relatives:
        share = judge_relative(person, law)
        for name in _SUMS:
            setattr(total, name, getattr(total, name) + getattr(share, name))
    return total


def _per_resident(shares: Column, offsets: Column) -> Column:
    """Sums of a flat column between offsets; residents without relatives get 0."""
    if type(shares) is int and shares == 0:
        return 0
    running = np.zeros(offsets[-1] + 1, dtype=np.int64)
    np.cumsum(np.broadcast_to(shares, (int(offsets[-1]),)), out=running[1:])
    return running[offsets[1:]] - running[offsets[:-1]]


def spouse_counts(facts: Facts, law: Law) -> Column:
    """同一生計配偶者 who brings deductions and a head count: not one abroad without papers."""
    return spouse_supported(facts, law) & (facts.spouse_abroad != ABROAD_UNDOCUMENTED)


def spouse_supported(facts: Facts, law: Law) -> Column:
    """同一生計配偶者 (地方税法23条1項7号): whatever the taxpayer's own income."""
    if facts.has_spouse is False:
        return False
    return (
        facts.has_spouse
        & opposite(facts.spouse_family_employee)
        & (facts.spouse_income <= law.dependant_income_limit)
    )
