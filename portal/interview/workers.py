"""専従者 who stand in the return as family, too: their 個人番号 is asked once (番号法20条).

The form has a box for it in either place. The other place asks no more, and both are filed with
the number that was typed. Who they are is told by name and birth date, as the form's checks do.
"""

from filing.people import who
from portal.interview.conditions import has_trade, married, said_yes
from portal.interview.model import Answers, Situation


def works_for_filer(person: Answers, situation: Situation) -> bool:
    """Whether a person stands among the 専従者, who are nobody's dependants."""
    return _same_in(_workers(situation), person) is not None


def asks_number_of_spouse(situation: Situation) -> bool:
    return _asks_at_home(situation.answers("spouse"), situation)


def asks_number_of_relative(situation: Situation) -> bool:
    return _asks_at_home(situation.item, situation)


def asks_number_of_worker(situation: Situation) -> bool:
    """Whether the 専従者 at hand is asked: not of whom the number was typed as family before."""
    at_home = _same_in(_numbered(_family(situation)), situation.item)
    return bool(situation.item.get("personal_number")) or at_home is None


def number_of(person: Answers, situation: Situation) -> str:
    """Return a person's 個人番号 as it was typed in either place, "" where it was in neither."""
    known = _numbered([person, *_workers(situation), *_family(situation)])
    return str((_same_in(known, person) or {}).get("personal_number", ""))


def _asks_at_home(person: Answers, situation: Situation) -> bool:
    """Whether it is asked of family: not of a 専従者, unless it was typed here before."""
    return bool(person.get("personal_number")) or not works_for_filer(person, situation)


def _workers(situation: Situation) -> list[Answers]:
    helped = has_trade(situation) and said_yes("family-workers", "has")(situation)
    return situation.items("family-workers") if helped else []


def _family(situation: Situation) -> list[Answers]:
    spouse = [situation.answers("spouse")] if married(situation) else []
    some = said_yes("relatives", "has")(situation)
    return spouse + (situation.items("relatives") if some else [])


def _numbered(people: list[Answers]) -> list[Answers]:
    return [one for one in people if one.get("personal_number")]


def _same_in(people: list[Answers], person: Answers) -> Answers | None:
    known = who(person)
    return next((one for one in people if all(known) and who(one) == known), None)
