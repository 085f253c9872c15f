"""The pages of the interview."""

from collections.abc import Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.errors import DraftClosed, PortalError, StaleDraft
from portal.estimate import estimate
from portal.interview.base import PageForm, fill
from portal.interview.consequences import falls_away
from portal.interview.flow import (
    Step,
    open_step,
    step_after,
    step_after_section,
    step_before,
)
from portal.interview.last_year import rows_of_last_year
from portal.interview.links import page_of, url_of
from portal.interview.locks import may_change
from portal.interview.model import Page, Section, Situation
from portal.interview.sections import BY_CODE
from portal.interview.summary import form_of, page_rows
from portal.models import Draft
from portal.papers.queries import missing_proof
from portal.services import drafts, removing
from portal.services.events import actor_of
from portal.views.access import Kept, kept_answers, owner_token, personal, resident_of
from portal.views.frame import frame, open_for, version_of
from portal.views.pace import at_pace
from portal.views.question_papers import Boxes, are_taken, boxes_of, words_of

# What a second press on a list says: the first one has done it already.
CHANGED = gettext_lazy("内容はもう変わっています。一覧を確かめてください。")


@require_safe
@personal
def section(request: HttpRequest, place: str, section: str) -> HttpResponse:
    """Show the list of a section's entries; without entries it begins with its first page."""
    draft, situation = open_for(request, place)
    found = _section(section, situation)
    items = situation.items(found.code)
    if not found.has_items(situation):
        return redirect(url_of(place, Step(found.code, found.pages[0].code)))
    if not items:
        return redirect(url_of(place, Step(found.code, found.items[0].code, "new")))
    back = request.GET.get("return", "")
    new = Step(found.code, found.items[0].code, "new")
    words = {
        "section": found,
        "entries": [_entry(found, n, item, situation) for n, item in enumerate(items, start=1)],
        "add_url": url_of(place, new) if may_change(situation, new) else "",
        "next_url": url_of(place, None if back else step_after_section(found, situation)),
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
        "declared": section.counts(situation.of_item(item)),
        "url": url_of(situation.place, first) if may_change(situation, first) else "",
        "removable": may_change(situation, Step(section.code, None, item["id"])),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@personal
@at_pace("saves")
def page(request: HttpRequest, place: str, section: str, page: str, item: str = "") -> HttpResponse:
    """Ask one page's question; save it; go where the interview goes next."""
    draft, situation = open_for(request, place)
    if draft.state == Draft.State.SUBMITTED:
        return redirect("portal:hub", place)
    found = _section(section, situation)
    step = Step(found.code, page, item or None)
    stored = _stored(situation, step)
    question = found.item_page(page) if item else found.page(page)
    if question is None:
        raise Http404
    if not may_change(situation, step):
        return redirect("portal:check", place)
    asked = found.has_items(situation) if item else True
    if not asked or not question.applies(situation.of_item(stored)):
        return redirect("portal:hub", place)
    if item == "new" and not found.begins_with(page):
        # An address typed by hand: a later page would ask about somebody without a name.
        return redirect(url_of(place, replace(step, page=found.items[0].code)))
    kept = kept_answers(request) if request.method == "GET" else None
    if request.method == "POST":
        return _post(request, draft, situation, question, step, stored)
    is_first = step.item == "new" and not situation.items(found.code)
    shown = stored or (question.likely if is_first else {})
    form = form_of(question, situation, shown, kept.as_posted() if kept else None)
    return _show(request, draft, situation, question, step, form, kept=kept)


def _post(
    request: HttpRequest,
    draft: Draft,
    situation: Situation,
    question: Page,
    step: Step,
    stored: dict[str, Any],
) -> HttpResponse:
    form = form_of(question, situation, stored, request.POST, request.FILES)
    if "preview" in request.POST:
        return _preview(request, draft, step, form, question.part)
    boxes = boxes_of(question, form, request.POST, request.FILES)
    if not are_taken(request, draft, boxes):
        form.is_valid()
        return _show(request, draft, situation, question, step, form, boxes, status=422)
    if question.paper_required and (missing := missing_proof(draft, situation)):
        boxes[0].form.add_error("papers", missing)
        return _show(request, draft, situation, question, step, form, boxes, status=422)
    if not form.is_valid():
        return _show(request, draft, situation, question, step, form, status=422)
    changed = {step.section, *(place.partition("/")[0] for place in question.covers)}
    lost = falls_away(situation, _with_answers(draft, step, form), changed)
    if lost and "confirmed" not in request.POST:
        return _show(request, draft, situation, question, step, form, status=422, lost=lost)
    by, now = actor_of(resident_of(request)), timezone.now()
    try:
        draft, saved = drafts.save_page(
            draft, step, form.to_store(), version=version_of(request), by=by, now=now
        )
    except StaleDraft as stale:
        draft, situation = open_for(request, draft.place)
        return _show(
            request, draft, situation, question, step, form, status=409, stale=stale.message
        )
    except DraftClosed as closed:
        messages.warning(request, closed.message)
        return redirect("portal:hub", draft.place)
    except PortalError as refused:
        form.add_error(None, refused.message)
        return _show(request, draft, situation, question, step, form, status=422)
    if form.saved_message():
        messages.success(request, form.saved_message())
    return redirect(_after(request, draft, saved))


def _with_answers(draft: Draft, step: Step, form: PageForm) -> Situation:
    """Return the situation as it would be with the page's answers; nothing is stored."""
    content = deepcopy(draft.content)
    # A stale page may name an entry that is gone; saving says so.
    with suppress(PortalError):
        drafts.put_answers(content, step, form.to_store())
    return Situation(content, draft.tax_year)


def _after(request: HttpRequest, draft: Draft, saved: Step) -> str:
    """Return the next address: back to the check page, once nothing of the section waits."""
    situation = drafts.situation_of(draft)
    if saved.item and "another" in request.POST:
        return url_of(draft.place, Step(saved.section, saved.page, "new"))
    following = step_after(saved, situation)
    if request.POST.get("return") != "check":
        return url_of(draft.place, following)
    if following and following.section == saved.section and not following.page:
        return url_of(draft.place, None)
    waiting = open_step(BY_CODE[saved.section], situation)
    return url_of(draft.place, waiting, back="check" if waiting else "")


def _preview(
    request: HttpRequest, draft: Draft, step: Step, form: PageForm, part: str
) -> HttpResponse:
    """Return the estimate as it would be with what is typed so far; nothing is stored.

    `part` is what else on the page shows its figures, "" where nothing does.
    """
    now_shown = drafts.situation_of(draft)
    shown = estimate(_with_answers(draft, step, form) if form.is_valid() else now_shown)
    before = estimate(now_shown).total
    if shown.total is not None and before is not None:
        shown.before, shown.change = before, shown.total - before or None
    words = {"estimate": shown, "breakdown_url": page_of("breakdown", draft.place)}
    answer = render(request, "components/estimate.html", words)
    if part:
        answer.write(render_to_string(f"portal/parts/{part}.html", words | {"oob": True}, request))
    return answer


def _show(
    request: HttpRequest,
    draft: Draft,
    situation: Situation,
    question: Page,
    step: Step,
    form: PageForm,
    boxes: Sequence[Boxes] = (),
    *,
    status: int = 200,
    stale: str = "",
    kept: Kept | None = None,
    lost: Sequence[Any] = (),
) -> HttpResponse:
    before = step_before(step, situation)
    found = BY_CODE[step.section]
    forms = [*form.all_forms, *(one.form for one in boxes)]
    words = words_of(draft, boxes or boxes_of(question, form), form) | {
        "section": found,
        "page": question,
        "form": form,
        "forms": forms,
        "has_errors": any(one.errors for one in forms),
        "step": step,
        "stale": stale,
        "kept": kept,
        "lost": lost,
        "last_year": rows_of_last_year(situation, found, question, step.item),
        "lit": question.lit(_stored(situation, step)),
        # A page with one question wears the question as its heading.
        "one_question": len(form.fields) == 1 and not question.slip,
        "asks_number": "personal_number" in form.fields,
        "keep": owner_token(request),
        "instead_url": _instead_url(situation, found, question, step),
        "return_to": request.POST.get("return") or request.GET.get("return", ""),
        "back_url": url_of(draft.place, before) if before else "",
        "entry_title": _entry_title(situation, found, question, step) if step.item else "",
    }
    return render(
        request, "portal/page.html", frame(draft, situation, found.group) | words, status=status
    )


def _instead_url(situation: Situation, section: Section, question: Page, step: Step) -> str:
    """Return where the page's other way leads, "" where it has none for this resident."""
    if not question.instead:
        return ""
    code = question.instead[0]
    pages = section.item_page(code) if step.item else section.page(code)
    seen = situation.of_item(_stored(situation, step)) if step.item else situation
    applies = pages is not None and pages.applies(seen)
    return url_of(situation.place, replace(step, page=code)) if applies else ""


def _entry_title(situation: Situation, section: Section, question: Page, step: Step) -> str:
    """Return which entry this is; the first slip as a whole says it by its own title."""
    number = _entry_number(situation, step)
    if number == 1 and question.covers:
        return ""
    return fill(section.item_title, {"n": str(number)})


def _entry_number(situation: Situation, step: Step) -> int:
    """Return which entry of the section this is, counted from 1."""
    ids = [item["id"] for item in situation.items(step.section)]
    return ids.index(step.item) + 1 if step.item in ids else len(ids) + 1


@require_POST
@personal
@at_pace("saves")
def remove(request: HttpRequest, place: str, section: str, item: str) -> HttpResponse:
    """Take an entry out; the page lists the ones that are left and offers to put it back."""
    draft, situation = open_for(request, place)
    found = _section(section, situation)
    by, now = actor_of(resident_of(request)), timezone.now()
    try:
        removing.remove_item(draft, found.code, item, version=version_of(request), by=by, now=now)
    except StaleDraft:
        messages.warning(request, str(CHANGED))
    except PortalError as error:
        messages.warning(request, error.message)
    return redirect(url_of(place, Step(found.code)))


@require_POST
@personal
@at_pace("saves")
def restore(request: HttpRequest, place: str) -> HttpResponse:
    """Put the entry back that was just taken out, and show the list where it stands again."""
    draft, situation = open_for(request, place)
    by, now = actor_of(resident_of(request)), timezone.now()
    try:
        _draft, back = removing.restore_item(draft, version=version_of(request), by=by, now=now)
    except StaleDraft:
        messages.warning(request, str(CHANGED))
        section = BY_CODE.get(request.POST.get("section", ""))
        if section is None or not section.applies(situation):
            return redirect("portal:hub", place)
        return redirect(url_of(place, Step(section.code)))
    except PortalError as error:
        messages.warning(request, error.message)
        return redirect("portal:hub", place)
    messages.success(request, _("元に戻しました。"))
    return redirect(url_of(place, back))


@require_safe
@personal
def breakdown(request: HttpRequest, place: str) -> HttpResponse:
    """Show the estimate line by line, with formula and article."""
    draft, situation = open_for(request, place)
    return render(request, "portal/breakdown.html", frame(draft, situation))


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
    found = situation.entry(step.section, step.item)
    if found is None:
        raise Http404
    return found
