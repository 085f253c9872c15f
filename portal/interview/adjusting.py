"""所得金額調整控除（子ども・特別障害者等）: of whom is asked who is declared by somebody else.

The law asks that one has such a relative (租税特別措置法41条の3の11第1項): both parents may use
the same child. Only a salary above 850万円 is lowered, and only once: whoever has such a relative
in the return is not asked about others.
"""

from datetime import date

from filing.calendar import age_when_judged
from portal.interview.conditions import earns_much, is_claimed, said_yes
from portal.interview.law import total_income_of
from portal.interview.model import Answers, Situation
from portal.interview.pages.late import is_of_the_dead
from portal.interview.supporting import spouse_is_claimed, spouse_keeps_own_house
from portal.interview.workers import works_for_filer
from tax.law import law_of


def child_elsewhere_matters(situation: Situation) -> bool:
    """Whether a relative under 23 whom another declares would lower the income."""
    return earns_much(situation) and not _is_adjusted(situation)


def special_elsewhere_matters(situation: Situation) -> bool:
    """Whether a 特別障害者 whom another declares would: not where a child does it already."""
    said = situation.answers("personal").get("child_elsewhere")
    return said is False and child_elsewhere_matters(situation)


def _is_adjusted(situation: Situation) -> bool:
    """Whether the filer, the spouse or a relative of the return is such a person already."""
    own = situation.answers("personal").get("disability") == "special"
    supported = spouse_is_claimed(situation) and not spouse_keeps_own_house(situation)
    spouse = situation.answers("spouse") if supported else {}
    relatives = situation.items("relatives") if said_yes("relatives", "has")(situation) else []
    return (
        own
        or (
            _is_special(spouse)
            and _is_poor(spouse, situation)
            and not works_for_filer(spouse, situation)
        )
        or any(_adjusts(row, situation) for row in relatives if is_claimed(row))
    )


def _adjusts(row: Answers, situation: Situation) -> bool:
    young = (
        _age(row, situation) < law_of(situation.tax_year).income_adjustment_children.child_age_under
    )
    counts = young or _is_special(row)
    return counts and _is_poor(row, situation) and not works_for_filer(row, situation)


def _age(row: Answers, situation: Situation) -> int:
    """Return the age that counts, of whose birth date is not known one that helps nobody."""
    born, died = row.get("birth_date"), row["died_on"] if is_of_the_dead(row) else None
    if not born or (died and died < born):
        return 999
    return age_when_judged(date.fromisoformat(born), died, situation.tax_year)


def _is_special(person: Answers) -> bool:
    return person.get("disability") == "special"


def _is_poor(person: Answers, situation: Situation) -> bool:
    limit = law_of(situation.tax_year).dependant_income_limit
    return total_income_of(person, situation.tax_year) <= limit
