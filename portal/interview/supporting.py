"""配偶者 who may bring a deduction or a head count: of others nothing more is asked, nor filed."""

from filing import load_form
from portal.interview.conditions import is_claimed, is_severe_at_home, married
from portal.interview.law import total_income_of
from portal.interview.model import Condition, Situation


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


def spouse_counts(situation: Situation) -> bool:
    """Whether the spouse stands in the return, as far as is known: with number and address."""
    return spouse_is_claimed(situation) and not spouse_earns_too_much(situation)


def spouse_lives(*where: str) -> Condition:
    return lambda situation: (
        spouse_counts(situation) and situation.answers("spouse").get("living") in where
    )


def spouse_may_be_in_a_home(situation: Situation) -> bool:
    return spouse_counts(situation) and is_severe_at_home(situation.answers("spouse"))
