"""Papers at the question that they prove (その場で付ける書類): the page's own boxes for them, and
those of the parts that open below a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest

from portal.interview.base import PageForm
from portal.interview.model import Page
from portal.interview.pages.opened import Opened, OpeningForm, Part
from portal.models import Draft, Paper
from portal.papers.forms import BLANK_PAPERS, PapersForm
from portal.papers.queries import open_papers
from portal.views.papers import add_papers


@dataclass
class Boxes:
    """The boxes for papers of one topic; `part` is the one below which they stand, None for none.

    `papers` are those that were added there before.
    """

    topic: str
    form: PapersForm
    part: Opened | None = None
    papers: Sequence[Paper] = ()


@dataclass(frozen=True, eq=False)
class Below:
    """The boxes of all parts, together in one place, each under its part's title.

    `is_everybodys`: nothing was added or chosen, and they are the same for all, see `_blank_below`.
    """

    boxes: tuple[Boxes, ...]
    is_everybodys: bool = False

    @property
    def is_open(self) -> bool:
        return any(one.papers or one.form.errors for one in self.boxes)


def boxes_of(question: Page, form: PageForm, *posted: Any) -> list[Boxes]:
    """Return the boxes for papers of a page; most have none."""
    found = []
    if question.paper:
        blank = not posted and not question.paper_required
        own = BLANK_PAPERS if blank else PapersForm(*posted, required=question.paper_required)
        found.append(Boxes(question.paper, own))
    for opened in (part.opened for part in _parts(form)):
        if opened.paper:
            code = opened.code
            below = PapersForm(*posted, prefix=code) if posted else _blank(code)
            found.append(Boxes(opened.paper, below, opened))
    return found


def are_taken(request: HttpRequest, draft: Draft, boxes: Sequence[Boxes]) -> bool:
    """Take the files of all boxes; False, with errors at the box, where one was refused."""
    refused = [one for one in boxes if not add_papers(request, draft, one.form, topic=one.topic)]
    return not refused


def words_of(draft: Draft, boxes: Sequence[Boxes], form: PageForm) -> dict[str, Any]:
    """Return what the page's template needs to show boxes and what was added in them before."""
    there = open_papers(draft) if boxes else []
    for one in boxes:
        one.papers = [paper for paper in there if paper.topic == one.topic]
    own = next((one for one in boxes if one.part is None), None)
    below = tuple(one for one in boxes if one.part)
    return {
        "takes_papers": bool(boxes),
        "below": _below(form, below) if below else None,
        "adding": own.form if own else None,
        "papers": own.papers if own else [],
        "parts": _parts(form),
    }


def _parts(form: PageForm) -> Sequence[Part]:
    return form.parts if isinstance(form, OpeningForm) else ()


def _below(form: PageForm, boxes: tuple[Boxes, ...]) -> Below:
    if any(one.papers or one.form.is_bound for one in boxes):
        return Below(boxes)
    return _blank_below(type(form), tuple(one.part.code for one in boxes if one.part))


@cache
def _blank_below(form: type[OpeningForm], codes: tuple[str, ...]) -> Below:
    """Return the boxes of these parts with nothing in them: one object for all who see them."""
    parts = (one for one in form.opens if one.code in codes)
    return Below(tuple(Boxes(one.paper, _blank(one.code), one) for one in parts), True)


@cache
def _blank(code: str) -> PapersForm:
    """Return boxes in which nothing is chosen; nobody changes them."""
    return PapersForm(prefix=code)
