"""Papers at the question that they prove (その場で付ける書類): the page's own boxes for them, and
those of the parts that open below a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest

from portal.interview.base import PageForm
from portal.interview.model import Page
from portal.interview.pages.opened import OpeningForm, Part
from portal.models import Draft, Paper
from portal.papers.forms import BLANK_PAPERS, PapersForm
from portal.papers.queries import open_papers
from portal.views.papers import add_papers


@dataclass
class Boxes:
    """The boxes for papers of one topic; `code` is that of the part below which they stand, or "".

    `papers` are those that were added there before.
    """

    topic: str
    form: PapersForm
    code: str = ""
    papers: Sequence[Paper] = ()


def boxes_of(question: Page, form: PageForm, *posted: Any) -> list[Boxes]:
    """Return the boxes for papers of a page; most have none."""
    found = []
    if question.paper:
        blank = not posted and not question.paper_required
        own = BLANK_PAPERS if blank else PapersForm(*posted, required=question.paper_required)
        found.append(Boxes(question.paper, own))
    for part in form.parts if isinstance(form, OpeningForm) else ():
        if part.opened.paper:
            code = part.opened.code
            below = PapersForm(*posted, prefix=code) if posted else _blank(code)
            found.append(Boxes(part.opened.paper, below, code))
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
    by_code = {one.code: one for one in boxes}
    own = by_code.get("")
    parts = form.parts if isinstance(form, OpeningForm) else ()
    below = [one for one in boxes if one.code]
    return {
        "takes_papers": bool(boxes),
        # Together in one place, however many parts are open; each under its part's title.
        "papers_below": bool(below),
        "papers_are_there": any(one.papers or one.form.errors for one in below),
        "adding": own.form if own else None,
        "papers": own.papers if own else [],
        "parts": [_shown(part, by_code.get(part.opened.code)) for part in parts],
    }


@dataclass(frozen=True)
class PartShown:
    """A part with its boxes for papers, which stand together below all parts."""

    part: Part
    adding: PapersForm | None
    papers: Sequence[Paper]


def _shown(part: Part, boxes: Boxes | None) -> PartShown:
    return PartShown(part, boxes.form if boxes else None, boxes.papers if boxes else ())


@cache
def _blank(code: str) -> PapersForm:
    """Return boxes in which nothing is chosen; nobody changes them."""
    return PapersForm(prefix=code)
