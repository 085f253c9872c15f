"""Answers that go into a block of the return under their own names.

Fields of the pages carry the codes of the form's items: what is no item of the block, or stands on
a page that does not apply, stays in the draft.
"""

from collections.abc import Iterable
from typing import Any

from filing import Group, load_form
from portal.interview.flow import declared_items, open_step
from portal.interview.model import Answers, Page, Section, Situation


def block_of(section: Section, situation: Situation) -> Any:
    """Return what the section declares: rows, a record, or None while there is nothing to say."""
    group = load_form(situation.tax_year).group(section.block)
    if section.items:
        if not section.has_items(situation):
            return None
        return [
            _record(group, section.item_pages_in(situation, item), item)
            for item in declared_items(section, situation)
        ]
    if open_step(section, situation) is not None:
        return None
    return _record(group, section.pages_in(situation), situation.answers(section.code)) or None


def _record(group: Group, pages: Iterable[Page], stored: Answers) -> Answers:
    """Return the items of one record in the form's order; what is left empty is absent."""
    asked = {name for page in pages for name in page.form.base_fields}
    found = {}
    for item in group.items:
        value = stored.get(item.code)
        nothing = value is None or (value == "" and not item.empty)
        if item.code in asked and not nothing:
            found[item.code] = value
    return found
