"""The page of disposals (廃棄の申請と報告), the contractors' included."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from review.errors import Refusal
from review.retention import disposals as services
from review.retention.access import KEEPERS
from review.retention.forms import DisposalForm, ReportForm
from review.retention.models import Disposal
from review.staff.access import StaffRequest, staff_only

SHOWN = 100


@staff_only(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def disposals(request: StaffRequest) -> HttpResponse:
    """Show what is asked for and what was done; a POST asks for another."""
    form = DisposalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.request(**form.cleaned_data, by=request.actor, now=request.now)
        messages.success(request, _("廃棄を申請しました。別の職員の承認を待ちます。"))
        return redirect("retention-disposals")
    return _page(request, form, status=422 if request.method == "POST" else 200)


def _page(
    request: StaffRequest,
    form: DisposalForm,
    *,
    report: tuple[int, ReportForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = Disposal.objects.order_by("-number")[:SHOWN]
    context = {
        "rows": [_row(request, row, report) for row in rows],
        "form": form,
        "report_form": report[1] if report else None,
        "today": timezone.localdate(request.now),
    }
    return render(request, "review/retention/disposals.html", context, status=status)


def _row(
    request: StaffRequest, row: Disposal, report: tuple[int, ReportForm] | None
) -> dict[str, Any]:
    mine = row.requested_by == request.actor.id
    form = report[1] if report and report[0] == row.number else ReportForm()
    return {
        "disposal": row,
        "may_approve": row.state == Disposal.State.REQUESTED and not mine,
        "report": form if row.state == Disposal.State.APPROVED else None,
        "may_refuse": row.state in (Disposal.State.REQUESTED, Disposal.State.APPROVED),
    }


@staff_only(*KEEPERS)
@require_POST
def act(request: StaffRequest, number: int, code: str) -> HttpResponse:
    """Approve, drop or report a disposal."""
    row = get_object_or_404(Disposal, number=number)
    given: dict[str, Any] = {}
    if code == "report":
        form = ReportForm(request.POST)
        if not form.is_valid():
            return _page(request, DisposalForm(), report=(number, form), status=422)
        given = form.cleaned_data
    elif code not in ("approve", "refuse"):
        raise Http404
    try:
        getattr(services, code)(row, **given, by=request.actor, now=request.now)
        messages.success(request, _("保存しました。"))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return redirect("retention-disposals")
