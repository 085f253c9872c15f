"""Pages of the files (資料の受付): list, one file with preview and errors, release, error lists."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from review.audit.services import record_by
from review.errors import Refusal
from review.sources import linking, listing, receiving
from review.sources.forms import ReceiveForm
from review.sources.layouts import Layout, UnknownLayout, layout_for
from review.sources.models import Arrival
from review.staff.access import StaffRequest, staff_only
from review.staff.roles import CASE_ROLES, SOURCES, Role

PAGE_SIZE = 50
ACTS = {"release": receiving.release, "drop": receiving.drop}


@staff_only(*CASE_ROLES)
@require_safe
def arrivals(request: StaffRequest) -> HttpResponse:
    """The files that came, the latest first, and what waits for a person."""
    pages = Paginator(Arrival.objects.order_by("-taken_at", "-pk"), PAGE_SIZE)
    context = {
        "page_obj": pages.get_page(request.GET.get("page")),
        "unlinked": linking.unlinked().count(),
        "may_receive": _may_receive(request),
    }
    return render(request, "review/sources/arrivals.html", context)


@staff_only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def receive(request: StaffRequest) -> HttpResponse:
    """Hand in a file; it is kept and shown, and nothing is imported yet."""
    if not _may_receive(request):
        raise PermissionDenied
    form = ReceiveForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            arrival, new = receiving.receive(
                form.cleaned_data["file"], **form.about, by=request.actor, now=request.now
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            if not new:
                messages.info(request, _("同じ内容のファイルは、すでに受け付けています。"))
            return redirect("source", arrival.pk)
    status = 422 if form.errors else 200
    return render(request, "review/sources/receive.html", {"form": form}, status=status)


@staff_only(*CASE_ROLES)
@require_safe
def arrival(request: StaffRequest, arrival_id: UUID) -> HttpResponse:
    """One file: what it holds, its control totals and its error list."""
    shown = get_object_or_404(Arrival, pk=arrival_id)
    layout = _layout(shown)
    looked_at = receiving.preview(shown) if shown.state == Arrival.State.PREVIEW else None
    pages = Paginator(shown.errors.order_by("line", "id"), PAGE_SIZE)
    context = {
        "arrival": shown,
        "preview": looked_at,
        "assumed": layout is not None and layout.assumed_for(shown.tax_year),
        "dropped": _dropped(shown, layout),
        "page_obj": pages.get_page(request.GET.get("page")),
        "may_act": _may_receive(request),
    }
    return render(request, "review/sources/arrival.html", context)


@staff_only(Role.CLERK)
@require_POST
def act(request: StaffRequest, arrival_id: UUID, code: str) -> HttpResponse:
    """Release a file for import, or give it up."""
    if code not in ACTS:
        raise Http404
    if not _may_receive(request):
        raise PermissionDenied
    shown = get_object_or_404(Arrival, pk=arrival_id)
    try:
        ACTS[code](shown, by=request.actor, now=request.now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("source", arrival_id)


@staff_only(*CASE_ROLES)
@require_safe
def errors(request: StaffRequest, arrival_id: UUID, form: str) -> HttpResponse:
    """The error list to take along, as CSV or PDF; written down."""
    if form not in listing.TYPES:
        raise Http404
    shown = get_object_or_404(Arrival, pk=arrival_id)
    made = listing.as_csv(shown) if form == "csv" else listing.as_pdf(shown, now=request.now)
    with transaction.atomic():
        reason = str(request.purpose or _("エラーリストの出力"))
        subject = f"arrival:{shown.pk}"
        detail = {"form": form}
        record_by(
            request.actor,
            "source.errors_taken",
            reason=reason,
            now=request.now,
            subject=subject,
            detail=detail,
        )
    response = HttpResponse(made, content_type=listing.TYPES[form])
    name = f"errors-{shown.pk}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _may_receive(request: StaffRequest) -> bool:
    """Tell whether a person may take files in: as a clerk, of all procedures or of this one."""
    return request.user.may_handle(SOURCES, Role.CLERK)


def _layout(shown: Arrival) -> Layout | None:
    try:
        return layout_for(shown.kind, shown.tax_year)
    except UnknownLayout:
        return None


def _dropped(shown: Arrival, layout: Layout | None) -> list[tuple[str, int]]:
    """Return the items that were not taken over, with how many values each."""
    names = {column.no: column.name for column in layout.columns} if layout else {}
    return [(names.get(int(no), no), count) for no, count in shown.dropped.items()]
