"""家族 who may bring a deduction or a head count: of others nothing more is asked, nor filed.

Whoever brings nothing is not written down, so that no 個人番号 of theirs is collected (番号法20条:
only what the return needs). The year's limits are the form's and the law's.
"""

from filing import load_form
from portal.interview.conditions import (
    age_when_it_counts,
    is_claimed,
    is_severe_at_home,
    married,
    old_enough_to_earn,
)
from portal.interview.law import total_income_of
from portal.interview.model import Condition, Situation, always
from tax.law import law_of


def spouse_is_claimed(situation: Situation) -> bool:
    return married(situation) and is_claimed(situation.answers("spouse"))


def spouse_earns_too_much(situation: Situation) -> bool:
    """Whether 配偶者特別控除 ends below the spouse's income; the other claims end far earlier."""
    if "spouse earns" not in situation.known:
        income = total_income_of(situation.answers("spouse"), situation.tax_year)
        situation.known["spouse earns"] = income > spouse_limit(situation)
    return bool(situation.known["spouse earns"])


def spouse_limit(situation: Situation) -> int:
    return int(load_form(situation.tax_year).limits["spouse_special"])


def spouse_may_count(situation: Situation) -> bool:
    """Whether the spouse is asked about further: claimed, and within the limit of income."""
    return spouse_is_claimed(situation) and not spouse_earns_too_much(situation)


def spouse_lives_apart(situation: Situation) -> bool:
    """Whether one household budget (生計を一にする) is asked about: not of who lives here.

    Of a spouse abroad the papers of what was sent (送金関係書類) show it.
    """
    return spouse_may_count(situation) and situation.answers("spouse").get("living") == "apart"


def spouse_keeps_own_house(situation: Situation) -> bool:
    """Whether spouses have no common budget (生計が別; 地方税法23条1項7号・34条1項10号の2).

    Neither 配偶者控除 nor 配偶者特別控除 is for such a spouse. Who was not asked has not said so:
    answers from before there was the question count as they were filed.
    """
    own = situation.answers("spouse").get("one_household") is False
    return own and spouse_lives_apart(situation)


def spouse_counts(situation: Situation) -> bool:
    """Whether the spouse stands in the return, as far as is known: with number and address."""
    return spouse_may_count(situation) and not spouse_keeps_own_house(situation)


def if_spouse_counts(condition: Condition) -> Condition:
    """Ask only of a spouse who stands in this return."""
    return lambda situation: spouse_counts(situation) and condition(situation)


def spouse_lives(*where: str) -> Condition:
    return lambda situation: (
        spouse_counts(situation) and situation.answers("spouse").get("living") in where
    )


def spouse_may_be_in_a_home(situation: Situation) -> bool:
    return spouse_counts(situation) and is_severe_at_home(situation.answers("spouse"))


def income_of_relative(situation: Situation) -> int:
    """Return the 合計所得金額 of the relative at hand; of a child none was asked."""
    earns = old_enough_to_earn(situation)
    return total_income_of(situation.item, situation.tax_year) if earns else 0


def relative_limit(situation: Situation) -> int:
    """Return up to which 合計所得金額 the relative at hand brings anything.

    扶養控除, 障害者控除, 所得金額調整控除 and the head count end together (扶養親族, 地方税法23条
    1項9号); 特定親族特別控除 goes further for those of 19 to 22, and ひとり親 has a child's limit.
    """
    limits, law = load_form(situation.tax_year).limits, law_of(situation.tax_year)
    found, age, ages = [limits["dependant"]], age_when_it_counts(situation), law.dependant_ages
    if age is not None and ages.specific_from <= age <= ages.specific_to:
        found.append(limits["specified_relative"])
    if situation.item.get("relation") == "child":
        found.append(law.single_parent_child_income_limit)
    return int(max(found))


def relative_earns_too_much(situation: Situation) -> bool:
    return income_of_relative(situation) > relative_limit(situation)


def relative_counts(situation: Situation) -> bool:
    """Whether the relative at hand stands in the return, as far as is known."""
    return is_claimed(situation.item) and not relative_earns_too_much(situation)


def if_counts(condition: Condition = always) -> Condition:
    """Ask only of a relative who stands in this return."""
    return lambda situation: relative_counts(situation) and condition(situation)
