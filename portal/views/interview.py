"""The hub and the pages of the interview."""

from copy import deepcopy
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import years
from portal.errors import DraftClosed, PortalError, StaleDraft
from portal.estimate import Estimate, estimate
from portal.interview.base import PageForm, fill
from portal.interview.flow import (
    DONE,
    NOT_STARTED,
    Step,
    TaskGroup,
    open_step,
    step_after,
    step_after_section,
    step_before,
    tasks,
    unfinished,
)
from portal.interview.links import url_of
from portal.interview.model import Page, Section, Situation
from portal.interview.sections import BY_CODE
from portal.interview.summary import form_of, page_rows
from portal.models import Draft
from portal.problems import sections_in_trouble
from portal.queries import own_draft
from portal.services import drafts
from portal.services.events import actor_of
from portal.views.access import kept_answers, owner_token, personal, resident_of


def open_for(request: HttpRequest, tax_year: str) -> tuple[Draft, Situation]:
    """Return the resident's own draft of an open year with its situation."""
    draft = own_draft(resident_of(request), tax_year)
    return draft, drafts.situation_of(draft)


@require_safe
@personal
def hub(request: HttpRequest, tax_year: str) -> HttpResponse:
    draft, situation = open_for(request, tax_year)
    if draft.state == Draft.State.SUBMITTED:
        return redirect("portal:filing", draft.submissions.latest("version").pk)
    groups = [
        (group.title, _task_rows(group, draft, situation))
        for group in tasks(situation, sections_in_trouble(draft, situation))
    ]
    every = [row for _title, rows in groups for row in rows]
    words = {
        "groups": groups,
        "minutes_left": sum(row["minutes"] for row in every if row["state"] != DONE),
        "done_count": sum(row["state"] == DONE for row in every),
        "task_count": len(every),
        "next_url": _next_url(draft, situation),
    }
    return render(request, "portal/hub.html", frame(draft, situation) | words)


def _task_rows(group: TaskGroup, draft: Draft, situation: Situation) -> list[dict[str, Any]]:
    """Return a group's tasks for the list; the card comes first, checking and signing last."""
    rows = [
        {
            "title": task.section.title,
            "url": url_of(draft.tax_year, task.first),
            "state": task.status,
            "minutes": task.minutes_left,
        }
        for task in group.tasks
    ]
    if group.code == "basic":
        read = bool(situation.card)
        url = reverse("portal:card", args=[draft.tax_year])
        state = DONE if read else NOT_STARTED
        rows.insert(0, {"title": _("カードの読み取り"), "url": url, "state": state, "minutes": 1})
    if group.code == "finish":
        ready = bool(situation.card) and not unfinished(situation)
        rows.append(
            {
                "title": _("内容の確認と署名"),
                "url": url_of(draft.tax_year, None) if ready else "",
                "state": NOT_STARTED if ready else "blocked",
                "minutes": 3,
            }
        )
    return rows


def _next_url(draft: Draft, situation: Situation) -> str:
    """Return where "continue" leads: the card, the first open page, or the check."""
    if not situation.card:
        return reverse("portal:card", args=[draft.tax_year])
    first = BY_CODE["basic"]
    waiting = open_step(first, situation) or step_after_section(first, situation)
    return url_of(draft.tax_year, waiting)


@require_safe
@personal
def section(request: HttpRequest, tax_year: str, section: str) -> HttpResponse:
    """Show the list of a section's entries; without entries it begins with its first page."""
    draft, situation = open_for(request, tax_year)
    found = _section(section, situation)
    items = situation.items(found.code)
    if not found.has_items(situation):
        return redirect(url_of(tax_year, Step(found.code, found.pages[0].code)))
    if not items:
        return redirect(url_of(tax_year, Step(found.code, found.items[0].code, "new")))
    back = request.GET.get("return", "")
    words = {
        "section": found,
        "entries": [_entry(found, n, item, situation) for n, item in enumerate(items, start=1)],
        "add_url": url_of(tax_year, Step(found.code, found.items[0].code, "new")),
        "next_url": url_of(tax_year, None if back else step_after_section(found, situation)),
    }
    return render(request, "portal/entries.html", frame(draft, situation, found.group) | words)


def _entry(
    section: Section, number: int, item: dict[str, Any], situation: Situation
) -> dict[str, Any]:
    pages = section.item_pages_in(situation, item)
    waiting = next((p.code for p in pages if p.code not in item.get("_done", [])), None)
    first = Step(section.code, waiting or pages[0].code, item["id"])
    rows = [row for page in pages for row in page_rows(section, page, item, situation)]
    return {
        "id": item["id"],
        "label": section.item_label(item) or fill(section.item_title, {"n": str(number)}),
        "rows": rows,
        "complete": waiting is None,
        "url": url_of(situation.tax_year, first),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def page(
    request: HttpRequest, tax_year: str, section: str, page: str, item: str = ""
) -> HttpResponse:
    """Ask one page's question; save it; go where the interview goes next."""
    draft, situation = open_for(request, tax_year)
    if draft.state == Draft.State.SUBMITTED:
        return redirect("portal:hub", tax_year)
    found = _section(section, situation)
    step = Step(found.code, page, item or None)
    stored = _stored(situation, step)
    question = found.item_page(page) if item else found.page(page)
    if question is None:
        raise Http404
    asked = found.has_items(situation) if item else True
    if not asked or not question.applies(situation.of_item(stored)):
        return redirect("portal:hub", tax_year)
    kept = kept_answers(request) if request.method == "GET" else None
    if request.method == "POST":
        return _post(request, draft, situation, question, step, stored)
    form = form_of(question, situation, stored, _as_querydict(kept) if kept else None)
    return _show(request, draft, situation, question, step, form, restored=bool(kept))


def _post(
    request: HttpRequest,
    draft: Draft,
    situation: Situation,
    question: Page,
    step: Step,
    stored: dict[str, Any],
) -> HttpResponse:
    form = form_of(question, situation, stored, request.POST)
    if "preview" in request.POST:
        return _preview(request, draft, step, form)
    if not form.is_valid():
        return _show(request, draft, situation, question, step, form, status=422)
    by, now = actor_of(resident_of(request)), timezone.now()
    try:
        draft, saved = drafts.save_page(
            draft, step, form.to_store(), version=version_of(request), by=by, now=now
        )
    except StaleDraft as stale:
        draft, situation = open_for(request, draft.tax_year)
        return _show(
            request, draft, situation, question, step, form, status=409, stale=stale.message
        )
    except DraftClosed as closed:
        messages.warning(request, closed.message)
        return redirect("portal:hub", draft.tax_year)
    except PortalError as refused:
        form.add_error(None, refused.message)
        return _show(request, draft, situation, question, step, form, status=422)
    return redirect(_after(request, draft, saved))


def _after(request: HttpRequest, draft: Draft, saved: Step) -> str:
    """Return the next address: back to the check page, once nothing of the section waits."""
    situation = drafts.situation_of(draft)
    following = step_after(saved, situation)
    if request.POST.get("return") != "check":
        return url_of(draft.tax_year, following)
    if following and following.section == saved.section and not following.page:
        return url_of(draft.tax_year, None)
    waiting = open_step(BY_CODE[saved.section], situation)
    return url_of(draft.tax_year, waiting, back="check" if waiting else "")


def _preview(request: HttpRequest, draft: Draft, step: Step, form: PageForm) -> HttpResponse:
    """Return the estimate as it would be with what is typed so far; nothing is stored."""
    now_shown = drafts.situation_of(draft)
    content = deepcopy(draft.content)
    if form.is_valid():
        drafts.put_answers(content, step, form.to_store())
    shown = estimate(Situation(content, draft.tax_year))
    before = estimate(now_shown).total
    if shown.total is not None and before is not None:
        shown.change = shown.total - before or None
    return render(
        request, "portal/parts/estimate.html", {"estimate": shown, "tax_year": draft.tax_year}
    )


def _show(
    request: HttpRequest,
    draft: Draft,
    situation: Situation,
    question: Page,
    step: Step,
    form: PageForm,
    *,
    status: int = 200,
    stale: str = "",
    restored: bool = False,
) -> HttpResponse:
    before = step_before(step, situation)
    found = BY_CODE[step.section]
    words = {
        "section": found,
        "page": question,
        "form": form,
        "step": step,
        "stale": stale,
        "restored": restored,
        # A page with one question wears the question as its heading.
        "one_question": len(form.fields) == 1 and not question.slip,
        "asks_number": "personal_number" in form.fields,
        "keep": owner_token(request),
        "return_to": request.POST.get("return") or request.GET.get("return", ""),
        "back_url": url_of(draft.tax_year, before) if before else "",
        "entry_title": fill(found.item_title, {"n": str(_entry_number(situation, step))})
        if step.item
        else "",
    }
    return render(
        request, "portal/page.html", frame(draft, situation, found.group) | words, status=status
    )


def _entry_number(situation: Situation, step: Step) -> int:
    """Return which entry of the section this is, counted from 1."""
    ids = [item["id"] for item in situation.items(step.section)]
    return ids.index(step.item) + 1 if step.item in ids else len(ids) + 1


@require_POST
@personal
def remove(request: HttpRequest, tax_year: str, section: str, item: str) -> HttpResponse:
    """Take an entry out; the page lists the ones that are left."""
    draft, situation = open_for(request, tax_year)
    found = _section(section, situation)
    by, now = actor_of(resident_of(request)), timezone.now()
    try:
        drafts.remove_item(draft, found.code, item, version=version_of(request), by=by, now=now)
        messages.success(request, _("1件消しました。"))
    except PortalError as error:
        messages.warning(request, error.message)
    return redirect(url_of(tax_year, Step(found.code)))


@require_safe
@personal
def breakdown(request: HttpRequest, tax_year: str) -> HttpResponse:
    """Show the estimate line by line, with formula and article."""
    draft, situation = open_for(request, tax_year)
    return render(request, "portal/breakdown.html", frame(draft, situation))


def frame(draft: Draft, situation: Situation, current: str = "") -> dict[str, Any]:
    """Return what every page of the return shows around its content; `current` is its group."""
    shown: Estimate = estimate(situation)
    saved: datetime = draft.changed_at
    return {
        "draft": draft,
        "situation": situation,
        "tax_year": draft.tax_year,
        "tax_year_title": years.title_of(draft.tax_year),
        "estimate": shown,
        "saved_at": saved,
        "steps": _steps(situation, current),
    }


def _steps(situation: Situation, current: str) -> list[dict[str, Any]]:
    """Return the step bar: the groups of the hub, each done, current or still to do."""
    return [
        {
            "label": group.title,
            "state": "current"
            if group.code == current
            else DONE
            if group.tasks and all(task.status == DONE for task in group.tasks)
            else NOT_STARTED,
        }
        for group in tasks(situation)
    ]


def _section(code: str, situation: Situation) -> Section:
    found = BY_CODE.get(code)
    if found is None or not found.applies(situation):
        raise Http404
    return found


def _stored(situation: Situation, step: Step) -> dict[str, Any]:
    """Return what the page's answers are kept in; an unknown entry does not exist."""
    if not step.item:
        return situation.answers(step.section)
    if step.item == "new":
        return {}
    found = next((i for i in situation.items(step.section) if i["id"] == step.item), None)
    if found is None:
        raise Http404
    return found


def version_of(request: HttpRequest) -> int:
    """Return the version that the page was opened with; 0, which fits no draft, where none came."""
    posted = request.POST.get("version", "")
    return int(posted) if posted.isascii() and posted.isdigit() and len(posted) < 9 else 0


def _as_querydict(fields: dict[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, values)
    return data
