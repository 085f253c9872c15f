"""What an amended return may not change (訂正できない欄): pages as keys that the draft keeps.

A correction request (補正依頼) names items; every page that was answered before and is not named
stays as it was filed. A page that only a corrected answer brings up has never been filed and is
free, and so is a family member's 個人番号, which the portal has erased and must ask for again.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from filing import Problem
from portal.interview.flow import Step, open_step, sections_for
from portal.interview.links import BLOCKS, COMPANIONS, step_of
from portal.interview.model import Section, Situation
from portal.interview.sections import BY_CODE

NEW_ENTRY = "+"
NUMBER_PAGE = "number"


def locks_for(situation: Situation, fields: Iterable[str]) -> list[str]:
    """Return the locked places of a filed return where only `fields` may change.

    Nothing is locked where no field is named, or where one has no page here: a resident who is
    asked for something must be able to answer.
    """
    named = [_steps_of_field(field, situation) for field in fields]
    if not named or not all(named):
        return []
    free = [step for steps in named for step in steps]
    return [
        _key(step)
        for section in sections_for(situation)
        for step in _filed(section, situation)
        if not any(_covers(chosen, step) for chosen in free)
    ]


def may_change(situation: Situation, step: Step) -> bool:
    """Tell whether a page, or an entry as a whole (`page` None), may be changed."""
    locked = situation.locked
    if any(not may_change(situation, one) for one in _covered(step)):
        return False
    if step.item == "new":
        return _key(Step(step.section, None, NEW_ENTRY)) not in locked
    if step.item and step.page is None:
        return not any(key.startswith(f"{step.section}/{step.item}/") for key in locked)
    return _key(step) not in locked


def _covered(step: Step) -> list[Step]:
    """Return the places whose questions a page asks at once."""
    if step.page is None or step.item == "new":
        return []
    section = BY_CODE[step.section]
    page = section.item_page(step.page) if step.item else section.page(step.page)
    places = page.covers if page else ()
    if step.item:
        return [Step(step.section, place, step.item) for place in places]
    return [Step(*place.split("/")) for place in places]


def free_sections(situation: Situation) -> list[Section]:
    """Return the sections in which something may be changed or still waits for an answer."""
    return [
        section
        for section in sections_for(situation)
        if open_step(section, situation)
        or any(_key(step) not in situation.locked for step in _filed(section, situation))
    ]


def forget_number_pages(data: dict[str, Any]) -> None:
    """Let the pages that ask for a 個人番号 wait for an answer again, in a draft's answers."""
    for stored in data.values():
        for answered in (stored, *stored.get("items", [])):
            done = answered.get("_done", [])
            if NUMBER_PAGE in done:
                answered["_done"] = [page for page in done if page != NUMBER_PAGE]


def _filed(section: Section, situation: Situation) -> Iterator[Step]:
    """Yield the places of a section that were answered, and that of one more entry."""
    done = situation.answers(section.code).get("_done", [])
    for page in section.pages_in(situation):
        if page.code in done and page.code != NUMBER_PAGE:
            yield Step(section.code, page.code)
    if section.has_items(situation):
        yield Step(section.code, None, NEW_ENTRY)
        for item in situation.items(section.code):
            for page in section.item_pages_in(situation, item):
                if page.code != NUMBER_PAGE:
                    yield Step(section.code, page.code, item["id"])


def _steps_of_field(field: str, situation: Situation) -> list[Step]:
    """Return the places that a field of the return is asked at; a whole block is its section."""
    parts = field.split(".")
    also = COMPANIONS.get(parts[1], ()) if parts[0] == "answers" and len(parts) > 1 else ()
    if parts[0] == "answers" and len(parts) == 2 and parts[1] in BLOCKS:
        return [Step(BLOCKS[parts[1]].section), *also]
    step = step_of(Problem(field, "asked", ""), situation)
    return [step, *also] if step else []


def _covers(chosen: Step, step: Step) -> bool:
    return (
        chosen.section == step.section
        and chosen.page in (None, step.page)
        and chosen.item in (None, step.item)
    )


def _key(step: Step) -> str:
    return "/".join([step.section, *(part for part in (step.item, step.page) if part)])
