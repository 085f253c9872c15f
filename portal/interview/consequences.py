"""What an answer would take out of the return (申告から外れる入力), told before it is saved."""

from collections.abc import Collection

from django.utils.functional import Promise

from portal.interview.flow import is_begun, sections_for
from portal.interview.model import Section, Situation

Title = str | Promise


def falls_away(before: Situation, after: Situation, changed: Collection[str]) -> list[Title]:
    """Return the titles of what was entered and would not be filed any more.

    `changed` are the sections of the answers: of their own pages, those that would not be asked any
    more count too. Nothing of it is erased from the draft before the return is filed.
    """
    kept = {section.code for section in sections_for(after)}
    lost: list[Title] = []
    for section in sections_for(before):
        if section.code not in kept:
            lost += [section.title] if is_begun(section, before) else []
        elif _entries_go(section, before, after):
            lost.append(section.title)
        elif section.code in changed:
            lost += _pages_that_go(section, before, after)
    return lost


def _entries_go(section: Section, before: Situation, after: Situation) -> bool:
    had = section.has_items(before) and bool(before.items(section.code))
    return had and not section.has_items(after)


def _pages_that_go(section: Section, before: Situation, after: Situation) -> list[Title]:
    done = before.answers(section.code).get("_done", [])
    still = {page.code for page in section.pages_in(after)}
    gone = [p for p in section.pages_in(before) if p.code in done and p.code not in still]
    return [page.title for page in gone]
