"""The page of the requests (本人の請求): disclosure, correction, stop of use."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from review.addressees.visibility import visible
from review.errors import Refusal
from review.rights import services
from review.rights.forms import AnswerForm, RequestForm
from review.rights.models import RightsRequest
from review.staff.access import StaffRequest, staff_only
from review.staff.roles import Role

ROLES = (Role.CONFIRMER, Role.ADMIN)
SHOWN = 100
State = RightsRequest.State
ANSWERED_WITH_WORDS = ("refuse", "answer")


@staff_only(*ROLES, person_data=True)
@require_http_methods(["GET", "HEAD", "POST"])
def requests(request: StaffRequest) -> HttpResponse:
    """Show the requests; a POST writes another one down."""
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.request(**form.cleaned_data, by=request.actor, now=request.now)
        except Refusal as refusal:
            form.add_error("addressee_number", str(refusal.message))
        else:
            messages.success(request, _("請求を受け付けました。別の職員の承認を待ちます。"))
            return redirect("rights")
    return _page(request, form, status=422 if request.method == "POST" else 200)


def _page(
    request: StaffRequest,
    form: RequestForm,
    *,
    answer: tuple[int, str, AnswerForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = visible(RightsRequest.objects.select_related("addressee"), request.user, "addressee")
    rows = rows.order_by("-number")[:SHOWN]
    context = {
        "rows": [_row(request, row, answer) for row in rows],
        "form": form,
        "answer_form": answer[2] if answer else None,
    }
    return render(request, "review/rights/requests.html", context, status=status)


def _row(
    request: StaffRequest, row: RightsRequest, answer: tuple[int, str, AnswerForm] | None
) -> dict[str, Any]:
    mine, me = row.requested_by == request.actor.id, request.actor.id
    discloses = row.kind == RightsRequest.Kind.DISCLOSURE
    waiting = row.state == State.REQUESTED

    def form(code: str) -> AnswerForm:
        known = answer and answer[:2] == (row.number, code)
        return answer[2] if answer and known else AnswerForm(auto_id=f"id_{code}_{row.number}_%s")

    lifts = row.state == State.IN_FORCE and row.approved_by != me
    corrects = row.state == State.APPROVED and not discloses
    return {
        "request": row,
        "may_approve": waiting and not mine,
        "may_take": row.state == State.APPROVED and discloses and mine,
        "refuse": form("refuse") if waiting and not mine else None,
        "answer": form("answer") if lifts or corrects else None,
    }


@staff_only(*ROLES, person_data=True)
@require_POST
def act(request: StaffRequest, number: int, code: str) -> HttpResponse:
    """Approve, refuse or answer a request."""
    row = get_object_or_404(RightsRequest, number=number)
    given: dict[str, Any] = {}
    if code in ANSWERED_WITH_WORDS:
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return _page(request, RequestForm(), answer=(number, code, form), status=422)
        given = form.cleaned_data
    elif code != "approve":
        raise Http404
    try:
        getattr(services, code)(row, **given, by=request.actor, now=request.now)
        messages.success(request, _("保存しました。"))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return redirect("rights")


@staff_only(*ROLES, person_data=True)
@require_POST
def take(request: StaffRequest, number: int) -> HttpResponse:
    """Hand out the disclosure's file, once."""
    row = get_object_or_404(RightsRequest, number=number)
    try:
        content = services.take(row, by=request.actor, now=request.now)
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
        return redirect("rights")
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="disclosure-{number}.zip"'
    response["Cache-Control"] = "no-store"
    return response
