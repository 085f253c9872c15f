"""The answers in words, for the check page, the receipt's copy and the titles of entries."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from config.days import day_words
from config.fields import QUESTION_MARKS
from portal.interview.authorities import AUTHORITIES
from portal.interview.base import PageForm, fill
from portal.interview.flow import Step, sections_for
from portal.interview.links import url_of
from portal.interview.locks import may_change
from portal.interview.model import Answers, Page, Section, Situation
from portal.interview.sections import GROUPS
from portal.years import words_for

# How labels end that ask, or tell how to answer.
ASKING = (*QUESTION_MARKS, ")")
# Who opens a question on somebody before their name was typed reads 「○○さん」.
NAMELESS = "○○"


@dataclass(frozen=True)
class Row:
    """A line of the summary; `url` leads to the page that changes it, "" where none does."""

    key: str
    value: str
    url: str = ""


@dataclass
class Block:
    """A section, or one entry of it, as label and text."""

    title: str | Promise
    rows: list[Row] = field(default_factory=list)
    # Shown before and not to be changed: the check page keeps it folded.
    folded: bool = False
    # The group whose title it bears, for the next section of the group to go on under it.
    group: str = ""


def card_block(situation: Situation, *, whole: bool = True) -> Block:
    """Return what was copied from the card; it cannot be changed here. Never the number itself.

    `whole`: the number was taken as well, or has been erased since.
    """
    card = situation.card
    rows = [
        Row(_("名前"), card["name"]),
        Row(_("フリガナ"), card.get("kana", "")),
        Row(_("生まれた日"), day_words(date.fromisoformat(card["birth_date"]))),
        *([] if situation.principal else [Row(_("性別"), _sex(card["sex"]))]),
        Row(_("住所"), card["address"]),
        Row(_("マイナンバー"), _number(situation) if whole and not situation.principal else ""),
    ]
    title = _("代理人(カードから写した内容)") if situation.principal else _("カードから写した内容")
    return Block(title, [row for row in rows if row.value], folded=True)


def principal_block(situation: Situation, *, linked: bool = False) -> Block:
    """Return for whom an agent files, and by what right; it can be corrected until it is sent."""
    said = situation.principal
    may_change = linked and not situation.is_filed_again
    url = reverse("portal:correct-principal", args=[situation.place]) if may_change else ""
    rows = [
        Row(_("本人の名前"), said["name"], url),
        Row(_("本人の生まれた日"), day_words(date.fromisoformat(said["birth_date"])), url),
        Row(_("代理の種類"), str(AUTHORITIES[said["authority"]]), url),
    ]
    return Block(_("本人(申告する人)"), rows)


def _sex(code: str) -> str:
    return {"1": _("男"), "2": _("女"), "9": _("その他")}.get(code, "")


def _number(situation: Situation) -> str:
    if situation.card_is_read:
        return _("受け取りました(表示しません)")
    return _("この申告サイトには残っていません")


def blocks(situation: Situation, *, linked: bool = False) -> list[Block]:
    """Return every answer that applies; `linked` rows lead to their page and back to the check."""
    built = [principal_block(situation, linked=linked)] if situation.principal else []
    built += [card_block(situation)] if situation.card else []
    for section in sections_for(situation):
        stored = situation.answers(section.code)
        pages = section.pages_in(situation)
        rows = [r for page in pages for r in page_rows(section, page, stored, situation, linked)]
        if rows and section.speaks_for_itself(situation):
            _under_group(built, section, rows)
        else:
            built.append(Block(section.title, rows))
        if section.has_items(situation):
            built += [
                _item_block(section, number, item, situation, linked)
                for number, item in enumerate(stored.get("items", []), start=1)
            ]
    return [block for block in built if block.rows]


def _under_group(built: list[Block], section: Section, rows: list[Row]) -> None:
    """Add rows under their group's title, which stands once for sections that follow each other."""
    if not (built and built[-1].group == section.group):
        again = any(block.group == section.group for block in built)
        title = section.title if again else dict(GROUPS)[section.group]
        built.append(Block(title, group=section.group))
    built[-1].rows += rows


def _item_block(
    section: Section, number: int, item: Answers, situation: Situation, linked: bool
) -> Block:
    title = f"{fill(section.item_title, {'n': str(number)})}: {section.item_label(item)}"
    rows = [
        row
        for page in section.item_pages_in(situation, item)
        for row in page_rows(section, page, item, situation, linked)
    ]
    return Block(title, rows)


def page_rows(
    section: Section, page: Page, stored: Answers, situation: Situation, linked: bool = False
) -> list[Row]:
    """Return the rows of one page; none before it was answered.

    Of one that asks several questions at once, the questions' own pages tell the answers.
    """
    if page.covers or page.code not in stored.get("_done", []):
        return []
    form = form_of(page, situation, stored)
    step = Step(section.code, page.code, stored.get("id"))
    shown = linked and may_change(situation, step)
    url = url_of(situation.place, step, back="check") if shown else ""
    rows = form.answered_rows()
    if len(form.fields) == 1 and str(next(iter(form.fields.values())).label).endswith(ASKING):
        # A question in full was for answering; among the answers its page's title is enough.
        rows = [(str(page.title), text) for _label, text in rows]
    return [Row(label, text, url) for label, text in rows]


def form_of(
    page: Page, situation: Situation, stored: Answers, data: Any = None, files: Any = None
) -> PageForm:
    """Return the page's form with this year's and this person's words."""
    words = {**words_for(situation.tax_year), "name": str(stored.get("name") or NAMELESS)}
    about = {
        "acting": bool(situation.principal),
        "sex": situation.filer.get("sex", ""),
        "born": situation.birth_date,
        "kinds": situation.kinds,
    }
    for place in page.covers:
        if "/" in place:
            stored = stored | {place: situation.answers(place.partition("/")[0])}
    return page.form(data, files, stored=stored, words=words, **about)
