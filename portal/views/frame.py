"""What the pages of a return share: one's own draft, and what stands around the content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal import years
from portal.amending import amendment_of
from portal.estimate import estimate
from portal.interview.flow import DONE, NOT_STARTED, OPTIONAL, TaskGroup, tasks
from portal.interview.model import Situation
from portal.models import Draft
from portal.queries import own_draft
from portal.services import drafts
from portal.views.access import resident_of

LAST_GROUP = "finish"


def open_for(request: HttpRequest, tax_year: str) -> tuple[Draft, Situation]:
    """Return the resident's own draft of an open year with its situation."""
    draft = own_draft(resident_of(request), tax_year)
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
        "tax_year": draft.tax_year,
        "tax_year_title": years.title_of(draft.tax_year),
        "estimate": estimate(situation),
        "saved_at": draft.changed_at,
        "steps": _steps(situation, current),
        "amendment": amendment_of(draft, situation),
        "session_seconds": settings.SESSION_COOKIE_AGE,
    }


def _steps(situation: Situation, current: str) -> list[dict[str, Any]]:
    """Return the step bar: the groups of the hub, each done, current or still to do."""
    return [
        {
            "label": group.title,
            "state": "current"
            if group.code == current
            else DONE
            if _is_finished(group)
            else NOT_STARTED,
        }
        for group in tasks(situation)
    ]


def _is_finished(group: TaskGroup) -> bool:
    """Whether nothing of the group waits; the last one ends with the signature, not before."""
    done = all(task.status in (DONE, OPTIONAL) for task in group.tasks)
    return bool(group.tasks) and done and group.code != LAST_GROUP
