"""Exports (一覧の出力): ask, have a second person allow it, take it once."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from review.cases import exports, worklist
from review.cases.list_forms import ExportForm, QueueForm
from review.cases.models import Export
from review.cases.views.lists import query_of
from review.errors import Refusal
from review.euc.datasets import datasets, table
from review.staff.access import StaffRequest, staff_only
from review.staff.roles import CASE_ROLES, Role

TYPES = {
    Export.Format.CSV: "text/csv; charset=utf-8",
    Export.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LATEST = 50


@staff_only(*CASE_ROLES)
@require_http_methods(["GET", "POST"])
def exports_page(request: StaffRequest) -> HttpResponse:
    """What was asked for and allowed; by POST, ask for a list."""
    form = ExportForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        return ask_for_list(request, given, query=query_of(QueryDict(given["query"])))
    people = ("requested_by", "approved_by")
    rows = Export.objects.select_related(*people).order_by("-requested_at", "-id")[:LATEST]
    may_approve = request.user.holds(Role.CONFIRMER, Role.SUPERVISOR)
    shown = [(row, _subject(row)) for row in rows]
    context = {"form": form, "rows": shown, "may_approve": may_approve}
    context["datasets"] = datasets().values()
    status = 422 if form.errors else 200
    return render(request, "review/cases/exports.html", context, status=status)


def ask_for_list(request: StaffRequest, given: Mapping[str, Any], **which: Any) -> HttpResponse:
    """Ask for a list in the format and for the reason that a form gave (出力の申請)."""
    exports.request(
        **which,
        format_=given["format"],
        why=given["why"],
        by=request.actor,
        reason=str(request.purpose or given["why"]),
        now=request.now,
    )
    messages.success(request, _("出力を申請しました。ほかの職員が承認すると受け取れます。"))
    return redirect("exports")


@staff_only(Role.CONFIRMER, Role.SUPERVISOR)
@require_POST
def approve(request: StaffRequest, export_id: int) -> HttpResponse:
    """Allow another person's export."""
    asked = get_object_or_404(Export, pk=export_id)
    try:
        reason = str(request.purpose or _("出力の承認"))
        exports.approve(asked, by=request.actor, reason=reason, now=request.now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("出力を承認しました。"))
    return redirect("exports")


@staff_only(*CASE_ROLES, person_data=True)
@require_POST
def take(request: StaffRequest, export_id: int) -> HttpResponse:
    """Hand the file to the person who asked, once."""
    asked = get_object_or_404(Export, pk=export_id)
    try:
        name, content = _taken(request, asked)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("exports")
    response = HttpResponse(content, content_type=TYPES[Export.Format(asked.format)])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _taken(request: StaffRequest, asked: Export) -> tuple[str, bytes]:
    given: dict[str, Any] = {
        "by": request.actor,
        "reason": str(request.purpose),
        "now": request.now,
    }
    query = QueryDict(asked.query)
    if asked.dataset == exports.CASES:
        form = QueueForm(query)
        filters = form.cleaned_data if form.is_valid() else {}
        rows = worklist.select(filters, member=asked.requested_by, now=request.now)
        return exports.take(asked, rows, **given)
    return exports.take_table(
        asked,
        lambda: table(
            datasets()[asked.dataset],
            asked.items,
            tax_year=query.get("tax_year", ""),
            ward=query.get("ward", ""),
            member=request.user,
        ),
        **given,
    )


def _subject(row: Export) -> dict[str, Any]:
    """Return what an export is of, in words: for those who approve it."""
    if row.dataset == exports.CASES:
        return {"label": _("申請一覧"), "items": ""}
    found = datasets()[row.dataset]
    items = [item.label for item in found.items if item.code in row.items]
    return {"label": found.label, "items": "・".join(items)}
