"""Today and the queue (今日・申請一覧): no person's data, so no reason is asked for."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from review.cases import saved, worklist
from review.cases.list_forms import VIEW_LABELS, ExportForm, QueueForm, SaveForm, clerks
from review.cases.models import SavedFilter
from review.errors import Refusal
from review.staff.access import StaffRequest, signed_in, staff_only
from review.staff.roles import CASE_ROLES

TILES = ("mine", "waiting", "confirm", "unmatched", "correction", "overdue", "stuck", "to_close")
TABS = (
    "waiting",
    "mine",
    "confirm",
    "unmatched",
    "correction",
    "held",
    "late",
    "stuck",
    "to_close",
)
FIRST_ROWS = 10
ALARMING = {"overdue", "stuck"}


@signed_in
@require_safe
def today(request: StaffRequest) -> HttpResponse:
    """The first page: what waits for this person."""
    tiles: list[dict[str, Any]] = []
    lists: list[dict[str, Any]] = []
    if request.user.holds(*CASE_ROLES):
        counts = worklist.counts(request.user, request.now)
        tiles = [
            {
                "label": VIEW_LABELS[name],
                "url": f"{reverse('queue')}?view={name}",
                "count": worklist.counted(counts[name]),
                "state": "overdue" if name in ALARMING and counts[name] else "",
            }
            for name in TILES
        ]
        lists = [_first_rows(request, name) for name in ("mine", "confirm") if counts[name]]
    context = {"tiles": tiles, "lists": lists, **_clock(request)}
    return render(request, "review/today.html", context)


def _clock(request: StaffRequest) -> dict[str, Any]:
    return {"now": request.now, "today": timezone.localdate(request.now)}


def _first_rows(request: StaffRequest, name: str) -> dict[str, Any]:
    """The oldest cases of a ready-made selection, with the way to all of them."""
    found = worklist.select({"view": name}, member=request.user, now=request.now)
    url = f"{reverse('queue')}?view={name}"
    return {"label": VIEW_LABELS[name], "cases": found[:FIRST_ROWS], "url": url}


@staff_only(*CASE_ROLES)
@require_safe
def queue(request: StaffRequest) -> HttpResponse:
    """The cases that the filters in the address name, page by page."""
    form = QueueForm(request.GET or None)
    filters = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = worklist.select(filters, member=request.user, now=request.now)
    query = query_of(request.GET)
    context = {
        "form": form,
        "page": worklist.page_of(found, request.GET.get("after", ""), member=request.user),
        "view_label": VIEW_LABELS.get(filters.get("view") or "", _("すべての申請")),
        "tabs": _tabs(request, query),
        "saved": list(saved.visible_to(request.user)),
        "save_form": SaveForm(initial={"query": query}, auto_id="save_%s"),
        "export_form": ExportForm(initial={"query": query}, auto_id="export_%s"),
        "clerks": clerks(),
        "query": query,
        **_clock(request),
    }
    return render(request, "review/cases/queue.html", context)


def query_of(given: QueryDict) -> str:
    """Return the filters of an address in one form: no empty ones, no page, always in order."""
    names = [name for name in QueueForm.base_fields if given.get(name)]
    return urlencode([(name, given[name]) for name in names])


def _tabs(request: StaffRequest, query: str) -> list[dict[str, Any]]:
    counts = worklist.counts(request.user, request.now)
    tabs = [{"label": _("すべて"), "url": reverse("queue"), "current": not query, "count": None}]
    tabs += [
        {
            "label": str(VIEW_LABELS[name]),
            "url": f"{reverse('queue')}?view={name}",
            "current": query == f"view={name}",
            "count": worklist.counted(counts[name]),
        }
        for name in TABS
    ]
    return tabs


@staff_only(*CASE_ROLES)
@require_POST
def save_filter(request: StaffRequest) -> HttpResponse:
    """Keep the filters of the list under a name."""
    form = SaveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("条件の名前を、40文字までで入力してください。"))
        return redirect("queue")
    given = form.cleaned_data
    query = query_of(QueryDict(given["query"]))
    saved.keep(
        name=given["name"],
        query=query,
        shared=given["shared"],
        by=request.actor,
        now=request.now,
    )
    messages.success(request, _("条件を保存しました。"))
    return redirect(f"{reverse('queue')}?{query}")


@staff_only(*CASE_ROLES)
@require_POST
def forget_filter(request: StaffRequest, filter_id: int) -> HttpResponse:
    """Remove one's own kept filters."""
    kept = get_object_or_404(SavedFilter, pk=filter_id)
    try:
        saved.forget(kept, by=request.actor, now=request.now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("保存した条件を消しました。"))
    return redirect("queue")
