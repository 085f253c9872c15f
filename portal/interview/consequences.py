"""What an answer would take out of the return (申告から外れる入力), told before it is saved."""

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from config.fields import MoneyField
from portal.interview.base import fill
from portal.interview.flow import is_begun, item_is_done, sections_for
from portal.interview.model import Answers, Page, Section, Situation

Title = str | Promise


def falls_away(before: Situation, after: Situation, changed: Collection[str]) -> list[Title]:
    """Return the titles of what was entered and would not be filed any more.

    `changed` are the sections of the answers: of their own pages, those that would not be asked any
    more count too; of the others, those that hold an amount. Nothing of it is erased from the draft
    before the return is filed.
    """
    kept = {section.code for section in sections_for(after)}
    lost: list[Title] = []
    for section in sections_for(before):
        if section.code not in kept:
            lost += [section.title] if is_begun(section, before) else []
        elif _entries_go(section, before, after):
            lost.append(section.title)
        else:
            lost += _pages_that_go(section, before, after, every=section.code in changed)
            lost += _parts_of_entries_that_go(section, before, after)
    return lost


def _entries_go(section: Section, before: Situation, after: Situation) -> bool:
    had = section.has_items(before) and bool(before.items(section.code))
    return had and not section.has_items(after)


def _pages_that_go(
    section: Section, before: Situation, after: Situation, *, every: bool
) -> list[Title]:
    stored = before.answers(section.code)
    gone = _gone(section.pages_in(before), section.pages_in(after), stored)
    return [page.title for page in gone if every or _holds_an_amount(page, stored)]


def _parts_of_entries_that_go(section: Section, before: Situation, after: Situation) -> list[Title]:
    """Return the entries that would not be declared any more, and the pages that others lose.

    What one entry is asked may hang on an answer far from it, such as on the books of a trade.
    """
    if not section.has_items(before):
        return []
    later = {item["id"]: item for item in after.items(section.code)}
    lost: list[Title] = []
    for number, item in enumerate(before.items(section.code), start=1):
        name = section.item_label(item) or fill(section.item_title, {"n": str(number)})
        now = later.get(item["id"], item)
        declared = item_is_done(section, before, item) and section.counts(before.of_item(item))
        if declared and not section.counts(after.of_item(now)):
            lost.append(name)
            continue
        pages = section.item_pages_in(before, item), section.item_pages_in(after, now)
        lost += [
            _("%(entry)s: %(page)s") % {"entry": name, "page": page.title}
            for page in _gone(*pages, item)
        ]
    return lost


def _gone(asked: list[Page], still_asked: list[Page], stored: Answers) -> list[Page]:
    """Return the answered pages that would not be asked any more."""
    done, still = stored.get("_done", []), {page.code for page in still_asked}
    return [page for page in asked if page.code in done and page.code not in still]


def _holds_an_amount(page: Page, stored: Answers) -> bool:
    boxes = page.form.base_fields.items()
    return any(stored.get(name) for name, box in boxes if isinstance(box, MoneyField))
