"""What the pages of a return share: one's own draft, and what stands around the content."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from portal import years
from portal.amending import amendment_of
from portal.estimate import estimate
from portal.interview.flow import (
    DONE,
    NOT_STARTED,
    open_step,
    sections_for,
    step_after_section,
    unfinished,
)
from portal.interview.links import page_of, url_of
from portal.interview.model import Section, Situation
from portal.interview.sections import BY_CODE, GROUPS
from portal.models import Draft
from portal.queries import own_draft
from portal.services import drafts, removing
from portal.views.access import resident_of

LAST_GROUP = "finish"


def open_for(request: HttpRequest, place: str) -> tuple[Draft, Situation]:
    """Return the resident's draft that an address names, with its situation."""
    draft = own_draft(resident_of(request), place)
    return draft, drafts.situation_of(draft)


def version_of(request: HttpRequest) -> int:
    """Return the version that the page was opened with; 0, which fits no draft, where none came."""
    posted = request.POST.get("version", "")
    return int(posted) if posted.isascii() and posted.isdigit() and len(posted) < 9 else 0


OVERVIEWS = {"hub": gettext_lazy("申告の目次"), "check": gettext_lazy("内容の確認")}


def frame(draft: Draft, situation: Situation, current: str = "") -> dict[str, Any]:
    """Return what every page of the return shows around its content; `current` is its group."""
    waiting = unfinished(situation)
    # Of a correction that is asked for, the check page shows what may be changed; there is no hub.
    overview = "check" if situation.locked else "hub"
    return {
        "draft": draft,
        "situation": situation,
        "place": draft.place,
        "acts_for": situation.principal.get("name", ""),
        "tax_year_title": years.title_of(draft.tax_year),
        "estimate": estimate(situation, waiting),
        "breakdown_url": page_of("breakdown", draft.place),
        "saved_at": f"{timezone.localtime(draft.changed_at):%H:%M}",
        "steps": _steps(situation, waiting, current),
        "overview_url": page_of(overview, draft.place),
        "overview_title": OVERVIEWS[overview],
        "removed": removing.what_was_removed(situation),
        "amendment": amendment_of(draft, situation),
    }


@dataclass(frozen=True)
class StepShown:
    """One group in the step bar. The label follows from the code, and lazy texts compare slowly."""

    code: str
    label: str | Promise = field(compare=False)
    state: str


def _steps(situation: Situation, waiting: list[Section], current: str) -> tuple[StepShown, ...]:
    """Return the step bar: the groups of the hub, each done, current or still to do.

    The last one ends with the signature, not before.
    """
    there = {section.group for section in sections_for(situation)}
    done = there - {section.group for section in waiting} - {LAST_GROUP}
    states = {code: DONE if code in done else NOT_STARTED for code, _title in GROUPS}
    states |= {current: "current"}
    return tuple(StepShown(code, title, states[code]) for code, title in GROUPS)


def next_url(draft: Draft, situation: Situation) -> str:
    """Return where "continue" leads: the card, the first open page, or the check."""
    principal = BY_CODE["principal"]
    if situation.principal and (asked := open_step(principal, situation)):
        return url_of(draft.place, asked)
    if not situation.card_is_read:
        return page_of("card", draft.place)
    first = BY_CODE["basic"]
    waiting = open_step(first, situation) or step_after_section(first, situation)
    return url_of(draft.place, waiting)
