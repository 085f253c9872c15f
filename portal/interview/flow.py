"""Where a resident stands in the interview, and which page comes next."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.utils.functional import Promise

from portal.interview.model import Answers, Page, Section, Situation
from portal.interview.sections import GROUPS, SECTIONS

# The words for them (未入力, 入力中, 完了, 要確認) are the design system's.
NOT_STARTED, IN_PROGRESS, DONE, ATTENTION = "todo", "doing", "done", "check"
# A section that a return may be filed without (任意), not begun.
OPTIONAL = "optional"
# Pages whose question another page asks at once, and that page.
AT_ONCE = {
    place: f"{section.code}/{page.code}"
    for section in SECTIONS
    for page in section.pages
    for place in page.covers
}


@dataclass(frozen=True)
class Step:
    """A place in the interview. `item` is an entry's id; `page` None is the list of entries."""

    section: str
    page: str | None = None
    item: str | None = None


@dataclass
class Task:
    """A line of the hub."""

    section: Section
    status: str
    first: Step
    minutes_left: int


@dataclass
class TaskGroup:
    code: str
    title: str | Promise
    tasks: list[Task] = field(default_factory=list)


def sections_for(situation: Situation) -> tuple[Section, ...]:
    """Return the sections that apply to this resident, in order; a page asks five times."""
    if "sections" not in situation.known:
        applying = [one.seen_in(situation) for one in SECTIONS if one.applies(situation)]
        situation.known["sections"] = tuple(applying)
    return situation.known["sections"]


def item_is_done(section: Section, situation: Situation, item: Answers) -> bool:
    return _waiting(section.items, situation.of_item(item), item) is None


def declared_items(section: Section, situation: Situation) -> list[Answers]:
    """Return the complete entries that stand in the return, in its order."""
    return [
        item
        for item in situation.items(section.code)
        if item_is_done(section, situation, item) and section.counts(situation.of_item(item))
    ]


def is_begun(section: Section, situation: Situation) -> bool:
    stored = situation.answers(section.code)
    return bool(stored.get("_done") or stored.get("items"))


def _waiting(pages: Iterable[Page], seen: Situation, stored: Answers) -> str | None:
    """Return the first page that has to be answered and is not; what is answered is not asked of
    the law again."""
    done = stored.get("_done", [])
    left = (page for page in pages if not page.optional and page.code not in done)
    return next((page.code for page in left if page.applies(seen)), None)


def open_step(section: Section, situation: Situation) -> Step | None:
    """Return the first place of a section that still waits for an answer, None where none does."""
    if section.optional and not is_begun(section, situation):
        return None
    waiting = _waiting(section.pages, situation, situation.answers(section.code))
    if waiting:
        return Step(section.code, waiting)
    if not section.has_items(situation):
        return None
    items = situation.items(section.code)
    for item in items:
        waiting = _waiting(section.items, situation.of_item(item), item)
        if waiting:
            return Step(section.code, waiting, item["id"])
    return None if items else Step(section.code, section.items[0].code, "new")


def first_step(section: Section, situation: Situation) -> Step:
    """Return where a visit to the section begins: what is open, else its first page or its list."""
    waiting = open_step(section, situation)
    if waiting:
        return waiting
    pages = section.pages_in(situation)
    return Step(section.code, pages[0].code) if pages else Step(section.code)


def status_of(section: Section, situation: Situation, attention: Collection[str]) -> str:
    if section.code in attention:
        return ATTENTION
    begun = is_begun(section, situation)
    if not begun and (section.optional or _may_be_left(section, situation)):
        return OPTIONAL
    if open_step(section, situation) is None:
        return DONE
    return IN_PROGRESS if begun else NOT_STARTED


def _may_be_left(section: Section, situation: Situation) -> bool:
    """Tell whether nothing of a section has to be answered: its pages may all stay empty."""
    pages = section.pages_in(situation)
    return bool(pages) and all(p.optional for p in pages) and not section.has_items(situation)


def tasks(situation: Situation, attention: Collection[str] = ()) -> list[TaskGroup]:
    """Return the hub: groups of tasks with their state and the minutes that are left."""
    groups = {code: TaskGroup(code, title) for code, title in GROUPS}
    for section in sections_for(situation):
        status = status_of(section, situation, attention)
        left = 0 if status in (DONE, OPTIONAL) else section.minutes
        task = Task(section, status, first_step(section, situation), left)
        groups[section.group].tasks.append(task)
    return list(groups.values())


def unfinished(situation: Situation, group: str | None = None) -> list[Section]:
    """Return the applicable sections (of one group) that still wait for an answer."""
    return [
        section
        for section in sections_for(situation)
        if group in (None, section.group) and open_step(section, situation) is not None
    ]


def step_after(step: Step, situation: Situation) -> Step | None:
    """Return the place that follows a saved page; None means that the answers can be checked."""
    section = next(s for s in SECTIONS if s.code == step.section)
    if step.item:
        return _after_item_page(section, step, situation)
    following = _following(_codes_on_the_way(section, step, situation), step.page)
    if following:
        return Step(section.code, following)
    if section.has_items(situation):
        items = situation.items(section.code)
        return Step(section.code) if items else Step(section.code, section.items[0].code, "new")
    return step_after_section(section, situation)


def _after_item_page(section: Section, step: Step, situation: Situation) -> Step | None:
    following = _following(_codes_on_the_way(section, step, situation), step.page)
    if following:
        return Step(section.code, following, step.item)
    page = section.item_page(step.page) if step.page else None
    if page and page.covers:
        # A whole entry was on one page, and its button said whether another one follows.
        return open_step(section, situation) or step_after_section(section, situation)
    return Step(section.code)


def _codes_on_the_way(section: Section, step: Step, situation: Situation) -> list[str]:
    """Return the pages that the way leads through, and the one where it stands.

    Not what another page asked at once, nor what is only offered, before it was answered.
    """
    if step.item:
        item = situation.entry(section.code, step.item) or {}
        situation, pages = situation.of_item(item), section.item_pages_in(situation, item)
        place, together = "", {code: page.code for page in section.items for code in page.covers}
    else:
        pages, place, together = section.pages_in(situation), f"{section.code}/", AT_ONCE
    return [
        page.code
        for page in pages
        if page.code == step.page or _leads_to(page, place + page.code, together, situation)
    ]


def _leads_to(page: Page, place: str, together: dict[str, str], situation: Situation) -> bool:
    answered = situation.is_answered(place)
    asked_before = place in together and situation.is_answered(together[place])
    return not (answered and asked_before) and (answered or not page.optional)


def step_after_section(section: Section, situation: Situation) -> Step | None:
    """Return the start of the next section that waits; None where nothing waits any more."""
    order = sections_for(situation)
    codes = [one.code for one in order]
    position = codes.index(section.code) + 1 if section.code in codes else 0
    for following in order[position:] + order[:position]:
        waiting = open_step(following, situation)
        if waiting:
            return waiting
    return None


def step_before(step: Step, situation: Situation) -> Step | None:
    """Return the page before this one in the same section, None where the hub comes before."""
    section = next(s for s in SECTIONS if s.code == step.section)
    if step.item == "new" and situation.items(section.code):
        return Step(section.code)
    codes = _codes_on_the_way(section, step, situation)
    if step.page is None or codes.index(step.page) == 0:
        return None
    return Step(section.code, codes[codes.index(step.page) - 1], step.item)


def _following(codes: list[str], code: str | None) -> str | None:
    position = codes.index(code) + 1 if code in codes else 0
    return codes[position] if position < len(codes) else None
