"""What the pages of a return share: one's own draft, and what stands around the content."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from portal import years
from portal.amending import amendment_of
from portal.estimate import estimate
from portal.interview.flow import (
    DONE,
    NOT_STARTED,
    OPTIONAL,
    TaskGroup,
    open_step,
    step_after_section,
    tasks,
)
from portal.interview.links import url_of
from portal.interview.model import Situation
from portal.interview.sections import BY_CODE
from portal.models import Draft
from portal.queries import own_draft
from portal.services import drafts
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


def frame(draft: Draft, situation: Situation, current: str = "") -> dict[str, Any]:
    """Return what every page of the return shows around its content; `current` is its group."""
    return {
        "draft": draft,
        "situation": situation,
        "place": draft.place,
        "acts_for": situation.principal.get("name", ""),
        "tax_year_title": years.title_of(draft.tax_year),
        "estimate": estimate(situation),
        "saved_at": draft.changed_at,
        "steps": _steps(situation, current),
        "amendment": amendment_of(draft, situation),
        "session_seconds": settings.SESSION_COOKIE_AGE,
        "session_sure_seconds": int(settings.SESSION_SURE.total_seconds()),
    }


@dataclass(frozen=True)
class StepShown:
    """One group in the step bar."""

    label: str | Promise
    state: str


def _steps(situation: Situation, current: str) -> tuple[StepShown, ...]:
    """Return the step bar: the groups of the hub, each done, current or still to do."""
    return tuple(StepShown(group.title, _state(group, current)) for group in tasks(situation))


def _state(group: TaskGroup, current: str) -> str:
    """Return how far a group is; the last one ends with the signature, not before."""
    if group.code == current:
        return "current"
    done = all(task.status in (DONE, OPTIONAL) for task in group.tasks)
    return DONE if group.tasks and done and group.code != LAST_GROUP else NOT_STARTED


def next_url(draft: Draft, situation: Situation) -> str:
    """Return where "continue" leads: the card, the first open page, or the check."""
    principal = BY_CODE["principal"]
    if situation.principal and (asked := open_step(principal, situation)):
        return url_of(draft.place, asked)
    if not situation.card_is_read:
        return reverse("portal:card", args=[draft.place])
    first = BY_CODE["basic"]
    waiting = open_step(first, situation) or step_after_section(first, situation)
    return url_of(draft.place, waiting)
