"""同居特別障害者 of whom the house was never asked: answers from before 2027-03."""

from collections.abc import Iterator

from portal.interview.conditions import may_be_in_a_home
from portal.interview.flow import Step, declared_items
from portal.interview.model import Answers, Situation
from portal.interview.sections import BY_CODE
from portal.interview.supporting import spouse_may_be_in_a_home


def houses_unasked(situation: Situation) -> Iterator[Step]:
    """Yield the page of each complete family member where it has to be said."""
    spouse = situation.answers("spouse")
    if spouse_may_be_in_a_home(situation) and _is_unasked(spouse):
        yield Step("spouse", "house")
    relatives = BY_CODE["relatives"]
    if not relatives.has_items(situation):
        return
    for item in declared_items(relatives, situation):
        if may_be_in_a_home(situation.of_item(item)) and _is_unasked(item):
            yield Step("relatives", "house", item["id"])


def _is_unasked(person: Answers) -> bool:
    return "house" in person.get("_done", []) and "cohabiting" not in person
