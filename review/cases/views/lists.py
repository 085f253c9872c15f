"""Today and the queue (今日・申請一覧): no person's data, so no reason is asked for."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from review.cases import queries
from review.cases.forms import VIEW_LABELS, QueueForm
from review.staff.access import StaffRequest, signed_in, staff_only
from review.staff.menu import CASE_ROLES

TILES = ("mine", "waiting", "confirm", "unmatched", "correction", "overdue", "stuck", "to_close")
FIRST_ROWS = 10
ALARMING = {"overdue", "stuck"}


@signed_in
@require_safe
def today(request: StaffRequest) -> HttpResponse:
    """The first page: what waits for this person."""
    tiles: list[dict[str, Any]] = []
    lists: list[dict[str, Any]] = []
    if request.user.holds(*CASE_ROLES):
        counts = queries.counts(request.user, request.now)
        tiles = [
            {
                "label": VIEW_LABELS[name],
                "url": f"{reverse('queue')}?view={name}",
                "count": counts[name],
                "state": "overdue" if name in ALARMING and counts[name] else "",
            }
            for name in TILES
        ]
        lists = [_first_rows(request, name) for name in ("mine", "confirm") if counts[name]]
    context = {"tiles": tiles, "lists": lists, "today": timezone.localdate(request.now)}
    return render(request, "review/today.html", context)


def _first_rows(request: StaffRequest, name: str) -> dict[str, Any]:
    """The oldest cases of a ready-made selection, with the way to all of them."""
    found = queries.queue({"view": name}, member=request.user, now=request.now)
    url = f"{reverse('queue')}?view={name}"
    return {"label": VIEW_LABELS[name], "cases": found[:FIRST_ROWS], "url": url}


@staff_only(*CASE_ROLES)
@require_safe
def queue(request: StaffRequest) -> HttpResponse:
    """The cases that the filters in the address name, page by page."""
    form = QueueForm(request.GET or None, tax_years=queries.tax_years())
    filters = form.cleaned_data if form.is_bound and form.is_valid() else {}
    chosen = filters.get("view") or ""
    found = queries.queue(filters, member=request.user, now=request.now)
    page = queries.page_of(found, request.GET.get("after", ""))
    context = {
        "form": form,
        "page": page,
        "view_label": VIEW_LABELS.get(chosen, _("すべての申請")),
        "saved": _saved_views(request, chosen),
        "today": timezone.localdate(request.now),
    }
    return render(request, "review/cases/queue.html", context)


def _saved_views(request: StaffRequest, chosen: str) -> list[dict[str, Any]]:
    counts = queries.counts(request.user, request.now)
    views = [{"label": _("すべて"), "url": reverse("queue"), "current": not chosen, "count": None}]
    for name in ("waiting", "mine", "confirm", "unmatched", "correction", "stuck", "to_close"):
        url = f"{reverse('queue')}?view={name}"
        views.append(
            {
                "label": str(VIEW_LABELS[name]),
                "url": url,
                "current": chosen == name,
                "count": counts[name],
            }
        )
    return views
