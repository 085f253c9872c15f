"""When a page or a section applies: one predicate per idea, read from the answers so far."""

from datetime import date

from filing.calendar import age_on, income_year
from portal.interview.model import Condition, Situation


def has_kind(kind: str) -> Condition:
    return lambda situation: kind in situation.kinds


def said_yes(section: str, field: str) -> Condition:
    return lambda situation: situation.answers(section).get(field) is True


def chose_medical(method: str) -> Condition:
    return lambda situation: situation.answers("medical").get("method") == method


def card_has_no_kana(situation: Situation) -> bool:
    return not situation.card.get("kana")


def moved(situation: Situation) -> bool:
    return situation.answers("basic").get("same") is False


def no_income(situation: Situation) -> bool:
    return situation.answers("income").get("kinds") == ["none"]


def was_supported(situation: Situation) -> bool:
    return situation.answers("no-income").get("reason") == "dependent"


def other_reason(situation: Situation) -> bool:
    return situation.answers("no-income").get("reason") == "other"


def married(situation: Situation) -> bool:
    return situation.answers("spouse").get("has") is True


def unmarried(situation: Situation) -> bool:
    return situation.answers("spouse").get("has") is False


def may_choose_collection(situation: Situation) -> bool:
    """Whether there is income that an employer does not already settle (法321条の3第2項)."""
    return "salary" in situation.kinds and len(situation.kinds) > 1


def age_at_year_end(situation: Situation) -> int | None:
    """Return the entry's age on 31 December of the income year, None before it is known."""
    born = situation.item.get("birth_date")
    if not born:
        return None
    return age_on(date.fromisoformat(born), date(income_year(situation.tax_year), 12, 31))


def old_enough_to_earn(situation: Situation) -> bool:
    """Whether income is asked: a child under 15 may not be employed (労働基準法56条)."""
    age = age_at_year_end(situation)
    return age is None or age >= 15


def abroad_needs_reason(situation: Situation) -> bool:
    """Whether a relative of 30 to 69 abroad needs a reason to count (法34条1項11号)."""
    age = age_at_year_end(situation)
    return situation.item.get("living") == "abroad" and age is not None and 30 <= age < 70


def may_be_cohabiting_parent(situation: Situation) -> bool:
    """Whether 同居老親等 is possible: an ascendant of 70 or more in the same house (法34条4項)."""
    item = situation.item
    age = age_at_year_end(situation)
    ascendant = item.get("relation") in ("parent", "grandparent")
    return ascendant and item.get("living") == "together" and (age or 0) >= 70
