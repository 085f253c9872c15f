"""Pages of 移転・提供: the targets, their applications, and what goes out under them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from review.errors import Refusal
from review.retention.periods import Period
from review.staff.access import StaffRequest, staff_only
from review.staff.acting import act_and_tell
from review.staff.roles import CASE_ROLES, Role
from review.transfers import files, reading, receipts, requests
from review.transfers.forms import (
    ApproveForm,
    AskForm,
    HandOutForm,
    OrderForm,
    ReceiptForm,
    RemarkForm,
)
from review.transfers.models import LinkFile, UseRequest
from review.transfers.targets import Route, Target, targets

SHOWN = 50
State = UseRequest.State
# What a second person does with an application, and the form that each needs.
DECISIONS: dict[str, tuple[Any, type[forms.Form]]] = {
    "approve": (requests.approve, ApproveForm),
    "refuse": (requests.refuse, RemarkForm),
    "end": (requests.end, RemarkForm),
}


@staff_only(*CASE_ROLES)
@require_safe
def transfers(request: StaffRequest) -> HttpResponse:
    """Who may be given what, and for whom an application is in force today."""
    day = timezone.localdate(request.now)
    in_force = requests.all_in_force(day)
    every = list(targets(day).values())
    context = {
        "transfers": [
            {"target": target, "in_force": in_force.get(target.id, [])}
            for target in every
            if target.is_transfer
        ],
        "provisions": [target for target in every if not target.is_transfer],
        "waiting": UseRequest.objects.filter(state=State.REQUESTED).order_by("number"),
        "may_link": request.user.holds(Role.CONFIRMER, Role.ADMIN),
        "may_hand_over": request.user.holds(Role.CLERK, Role.CONFIRMER),
    }
    return render(request, "review/transfers/transfers.html", context)


@staff_only(*CASE_ROLES)
@require_safe
def target(request: StaffRequest, target_id: str) -> HttpResponse:
    """One office: its items, its applications and its files."""
    return _page(request, _target(request, target_id))


def _target(request: StaffRequest, target_id: str) -> Target:
    found = targets(timezone.localdate(request.now)).get(target_id)
    if found is None or not found.is_transfer:
        raise Http404
    return found


def _page(
    request: StaffRequest, shown: Target, bound: forms.Form | None = None, number: int = 0
) -> HttpResponse:
    """Show an office; `bound` is a form that was refused, `number` whose application it is."""

    def form(kind: type[forms.Form], about: int = 0, **options: Any) -> forms.Form:
        if type(bound) is kind and number == about:
            return bound
        return kind(auto_id=f"id_{kind.__name__}_{about}_%s", **options)

    applications = UseRequest.objects.filter(target=shown.id).order_by("-number")[:SHOWN]
    day = timezone.localdate(request.now)
    on_paper = requests.in_force(shown.id, day, {Route.PAPER})
    period = requests.period()
    context = {
        "target": shown,
        "rows": [_row(request, row, form, period) for row in applications],
        "ask_form": form(AskForm, target=shown, initial={"basis": shown.law}),
        "order_form": form(OrderForm),
        "may_order": bool(requests.in_force(shown.id, day, files.FILE_ROUTES)),
        "on_paper": [(row, form(HandOutForm, row.number)) for row in on_paper],
        "files": LinkFile.objects.filter(target=shown.id).order_by("-ordered_at")[:SHOWN],
        "receipt_form": form(ReceiptForm),
        "may_write": request.user.holds(Role.CLERK),
        "bound": bound,
    }
    status = 422 if bound is not None else 200
    return render(request, "review/transfers/target.html", context, status=status)


def _row(request: StaffRequest, row: UseRequest, form: Any, period: Period) -> dict[str, Any]:
    decides = request.user.holds(Role.CONFIRMER)
    others = decides and row.requested_by != request.actor.id and row.state == State.REQUESTED
    return {
        "request": row,
        "kept_until": period.last_day_after(timezone.localdate(row.requested_at)),
        "approve": form(ApproveForm, row.number) if others else None,
        "refuse": form(RemarkForm, row.number) if others else None,
        "end": form(RemarkForm, row.number) if decides and row.state == State.APPROVED else None,
    }


@staff_only(Role.CLERK)
@require_POST
def ask(request: StaffRequest, target_id: str) -> HttpResponse:
    """Write down an application that an office handed in."""
    shown = _target(request, target_id)
    form = AskForm(request.POST, target=shown)
    if form.is_valid():
        try:
            requests.ask(form.application, by=request.actor, now=request.now)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("承認願を登録しました。別の職員の承認を待ちます。"))
            return redirect("transfer-target", shown.id)
    return _page(request, shown, form)


@staff_only(Role.CONFIRMER)
@require_POST
def decide(request: StaffRequest, number: int, code: str) -> HttpResponse:
    """Approve, refuse or end an application."""
    row = get_object_or_404(UseRequest, number=number)
    if code not in DECISIONS:
        raise Http404
    service, kind = DECISIONS[code]
    form = kind(request.POST)
    if not form.is_valid():
        return _page(request, _target(request, row.target), form, number)
    given = form.cleaned_data
    act_and_tell(
        request,
        lambda: service(row, **given, by=request.actor, now=request.now),
        _("保存しました。"),
    )
    return redirect("transfer-target", row.target)


@staff_only(Role.CLERK)
@require_POST
def order(request: StaffRequest, target_id: str) -> HttpResponse:
    """Order the next version of an office's file."""
    shown = _target(request, target_id)
    form = OrderForm(request.POST)
    if not form.is_valid():
        return _page(request, shown, form)
    reason = str(request.purpose or _("庁内連携ファイルの作成"))
    given = form.cleaned_data
    act_and_tell(
        request,
        lambda: files.order(shown.id, **given, by=request.actor, reason=reason, now=request.now),
        _("作成を受け付けました。引渡しまで数分かかることがあります。"),
    )
    return redirect("transfer-target", shown.id)


@staff_only(Role.CLERK)
@require_POST
def receipt(request: StaffRequest, file_id: Any) -> HttpResponse:
    """Keep the slip that the receiver of a file sent back."""
    file = get_object_or_404(LinkFile, pk=file_id)
    form = ReceiptForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, _target(request, file.target), form)
    slip = form.cleaned_data["slip"]
    act_and_tell(
        request,
        lambda: receipts.take_receipt(file, slip, by=request.actor, now=request.now),
        _("受領票を登録しました。"),
    )
    return redirect("transfer-target", file.target)


@staff_only(Role.CLERK, person_data=True)
@require_POST
def hand_out(request: StaffRequest, number: int) -> HttpResponse:
    """Show the sheet that an office gets on paper, to print; the release is recorded."""
    row = get_object_or_404(UseRequest, number=number)
    form = HandOutForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            sheet = reading.hand_out(
                row,
                given["number"],
                given["tax_year"],
                form.handed,
                by=request.actor,
                reason=str(request.purpose),
                now=request.now,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            context = {"sheet": sheet, "handed": form.handed, "request_row": row}
            return render(request, "review/transfers/sheet.html", context)
    return _page(request, _target(request, row.target), form, number)


@staff_only(*CASE_ROLES, Role.AUDITOR)
@require_safe
def report(request: StaffRequest) -> HttpResponse:
    """Compare what both sides of each file recorded: times, digests and counts (LOG-08)."""
    rows = receipts.report()
    wrong = sum(1 for row in rows if row.problems)
    context = {"rows": rows, "wrong": wrong}
    return render(request, "review/transfers/report.html", context)
