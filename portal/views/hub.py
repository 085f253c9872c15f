"""The hub (申告の目次): the tasks of a return with their state and the minutes that are left."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal import years
from portal.amending import newest_of
from portal.held import draft_kept_until
from portal.interview.flow import (
    DONE,
    NOT_STARTED,
    OPTIONAL,
    TaskGroup,
    tasks,
    unfinished,
)
from portal.interview.links import page_of, url_of
from portal.interview.model import Situation
from portal.models import Draft
from portal.papers.queries import open_papers
from portal.problems import sections_in_trouble
from portal.views.access import personal
from portal.views.frame import frame, next_url, open_for


@require_safe
@personal
def hub(request: HttpRequest, place: str) -> HttpResponse:
    draft, situation = open_for(request, place)
    if draft.state == Draft.State.SUBMITTED:
        return redirect("portal:filing", newest_of(draft).pk)
    if situation.locked:
        return redirect("portal:check", place)
    groups = [
        (group.title, _task_rows(group, draft, situation))
        for group in tasks(situation, sections_in_trouble(draft, situation))
    ]
    every = [row for _title, rows in groups for row in rows]
    words = {
        "groups": groups,
        "minutes_left": sum(
            row["minutes"] for row in every if row["state"] not in (DONE, OPTIONAL)
        ),
        "done_count": sum(row["state"] == DONE for row in every),
        "only_check_left": is_ready(situation),
        "overview": True,
        "task_count": sum(row["state"] != OPTIONAL for row in every),
        "next_url": next_url(draft, situation),
        "papers": open_papers(draft),
        "kept_until": draft_kept_until(draft),
        "closed": years.if_closed(draft.tax_year, draft.content, timezone.localdate()),
    }
    return render(request, "portal/hub.html", frame(draft, situation) | words)


def is_ready(situation: Situation) -> bool:
    """Say whether only checking and signing (内容の確認と署名) are left."""
    return situation.card_is_read and not unfinished(situation)


def _task_rows(group: TaskGroup, draft: Draft, situation: Situation) -> list[dict[str, Any]]:
    """Return a group's tasks for the list; the card comes first, checking and signing last."""
    rows = [
        {
            "title": task.section.title,
            "url": url_of(draft.place, task.first),
            "state": task.status,
            "minutes": task.minutes_left,
        }
        for task in group.tasks
    ]
    if group.code == "basic":
        # An agent's card is held against the principal's number: it comes after that was typed.
        place = 1 if situation.principal else 0
        rows.insert(place, _card_row(draft, situation))
    if group.code == "finish":
        ready = is_ready(situation)
        rows.append(
            {
                "title": _("内容の確認と署名"),
                "url": url_of(draft.place, None) if ready else "",
                "state": NOT_STARTED if ready else "blocked",
                "minutes": 3,
            }
        )
    return rows


def _card_row(draft: Draft, situation: Situation) -> dict[str, Any]:
    waits = situation.principal and not situation.filer.get("personal_number")
    url = "" if waits else page_of("card", draft.place)
    state = DONE if situation.card_is_read else "blocked" if waits else NOT_STARTED
    title = _("代理人のカードの読み取り") if situation.principal else _("カードの読み取り")
    return {"title": title, "url": url, "state": state, "minutes": 1}
