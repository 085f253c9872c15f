"""Pages of other offices (移転情報の参照), of hand-overs to contractors, and of 中間サーバー."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from review.errors import Refusal
from review.intermediate import sessions
from review.staff.access import StaffRequest, staff_only
from review.staff.roles import Role
from review.transfers import hand_overs, reading
from review.transfers.forms import FinishForm, HandOverForm, LookForm
from review.transfers.models import HandOver

SHOWN = 100
HANDERS = (Role.CLERK, Role.CONFIRMER)


@staff_only(Role.READER, person_data=True)
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: StaffRequest) -> HttpResponse:
    """One person, by 宛名番号, as the reader's own office may see them. Searches are posted."""
    offices = reading.own_targets(request.user, timezone.localdate(request.now))
    form = LookForm(request.POST or None, targets=offices)
    sheet = None
    if form.is_valid():
        given = form.cleaned_data
        office = next((one for one in offices if one.id == given["target"]), None)
        if office is None:
            raise PermissionDenied
        try:
            sheet = reading.read(
                office,
                given["number"],
                given["tax_year"],
                by=request.actor,
                reason=str(request.purpose),
                now=request.now,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    status = 422 if form.errors else 200
    context = {"form": form, "offices": offices, "sheet": sheet}
    return render(request, "review/transfers/look.html", context, status=status)


@staff_only(*HANDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over_list(request: StaffRequest) -> HttpResponse:
    """What contractors hold, with receipts; by POST, write another hand-over down."""
    form = HandOverForm(request.POST or None)
    if form.is_valid():
        try:
            hand_overs.hand_over(form.cleaned_data, by=request.actor, now=request.now)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("引渡しを記録しました。"))
            return redirect("hand-overs")
    return _page(request, form)


def _page(
    request: StaffRequest, form: HandOverForm, finish: tuple[int, FinishForm] | None = None
) -> HttpResponse:
    rows = HandOver.objects.order_by("-number")[:SHOWN]
    today = timezone.localdate(request.now)
    context = {
        "rows": [_row(request, row, finish) for row in rows],
        "form": form,
        "finish_form": finish[1] if finish else None,
        "today": today,
    }
    status = 422 if form.errors or finish else 200
    return render(request, "review/transfers/hand_overs.html", context, status=status)


def _row(
    request: StaffRequest, row: HandOver, finish: tuple[int, FinishForm] | None
) -> dict[str, Any]:
    others = row.state == HandOver.State.OPEN and row.handed_by != request.actor.id
    bound = finish[1] if finish and finish[0] == row.number else None
    form = bound or FinishForm(auto_id=f"id_finish_{row.number}_%s")
    return {"hand_over": row, "finish": form if others else None}


@staff_only(*HANDERS)
@require_POST
def finish_hand_over(request: StaffRequest, number: int) -> HttpResponse:
    """Write down that a contractor returned or erased what it had."""
    row = get_object_or_404(HandOver, number=number)
    form = FinishForm(request.POST)
    if form.is_valid():
        try:
            hand_overs.finish(row, **form.cleaned_data, by=request.actor, now=request.now)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("hand-overs")
    return _page(request, HandOverForm(), (number, form))


@staff_only(Role.CONFIRMER, Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def intermediary_page(request: StaffRequest) -> HttpResponse:
    """The link to 中間サーバー; by POST, log in, ask for its state and log out."""
    answer = None
    if request.method == "POST":
        reason = str(request.purpose or _("稼動状況の確認"))
        try:
            with sessions.session(by=request.actor, reason=reason, now=request.now) as opened:
                answer = opened.operate(sessions.Operation.STATUS, now=request.now)
        except Refusal as refusal:
            messages.error(request, str(refusal))
    context = {"link": sessions.connected(), "answer": answer}
    return render(request, "review/transfers/intermediary.html", context)
