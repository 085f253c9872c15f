"""The pages of notices (通知書): what is due, orders of two people, files and their way out."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from review.errors import Refusal
from review.notices import counting, orders, printing
from review.notices.employers import employer_at
from review.notices.forms import HandForm, OrderForm, ReissueForm
from review.notices.models import FORMS, Channel, Order, PrintFile
from review.recipients.downloads import as_download
from review.recipients.models import Recipient
from review.recipients.queries import in_force, only
from review.staff.access import StaffRequest, staff_only
from review.staff.acting import act_and_tell, given_by
from review.staff.roles import CASE_ROLES, Role

LATEST = 50


@staff_only(*CASE_ROLES, Role.NUMBER)
@require_safe
def notices(request: StaffRequest) -> HttpResponse:
    """What has to be notified by when, the orders, and the files; nobody's name."""
    latest = counting.years()
    year = request.GET.get("year", "")
    if year not in latest:
        year = latest[0] if latest else ""
    files = PrintFile.objects.select_related("order").order_by("handed_at", "-made_at")
    context = {
        "years": latest,
        "year": year,
        "waiting": counting.waiting(year, now=request.now) if year else None,
        "orders": Order.objects.select_related("origin").order_by("-pk")[:LATEST],
        "files": files[:LATEST],
        "form": OrderForm(initial={"tax_year": year}),
        "channels": Channel.choices,
        "printers": in_force(Recipient.Kind.PRINTER),
        "forms": FORMS,
        "may_take": request.user.holds(*CASE_ROLES),
        "may_take_numbers": request.user.holds(Role.NUMBER),
        "may_propose": request.user.holds(Role.CLERK, Role.SUPERVISOR),
        "may_confirm": request.user.holds(Role.CONFIRMER),
    }
    return render(request, "review/notices/notices.html", context)


@staff_only(Role.CLERK, Role.SUPERVISOR)
@require_POST
def propose(request: StaffRequest) -> HttpResponse:
    """Propose that notices be made, of everybody or of the employer that the page was about."""
    form = OrderForm(request.POST)
    at = request.POST.get("employer", "")
    back = ("employer", request.POST.get("tax_year", ""), at) if at.isdecimal() else ("notices",)
    if not form.is_valid():
        messages.error(request, _("種類、課税年度、送り方を選んでください。"))
        return redirect("notices")
    employer = employer_at(int(at)) if at.isdecimal() else None
    given = given_by(request, _("通知書の発行")) | form.cleaned_data
    act_and_tell(
        request,
        lambda: orders.propose_order(employer=employer, **given),
        _("発行を起案しました。ほかの職員が確認すると作成が始まります。"),
    )
    return redirect(*back)


@staff_only(Role.CONFIRMER)
@require_POST
def decide(request: StaffRequest, order_id: int, code: str) -> HttpResponse:
    """Confirm another person's order, or drop it."""
    order = get_object_or_404(Order, pk=order_id)
    act, done = {
        "confirm": (orders.confirm_order, _("発行を確認しました。通知書を作成します。")),
        "drop": (orders.drop_order, _("発行を取りやめました。")),
    }[code]
    given = given_by(request, _("通知書の発行"))
    act_and_tell(request, lambda: act(order, **given), done)
    return redirect("notices")


@staff_only(Role.CLERK, Role.SUPERVISOR)
@require_POST
def propose_reissue(request: StaffRequest, file_id: UUID) -> HttpResponse:
    """Propose that a file be made again, under new numbers."""
    file = get_object_or_404(PrintFile, pk=file_id)
    form = ReissueForm(request.POST)
    if form.is_valid():
        given = given_by(request, _("通知書の再発行")) | form.cleaned_data
        act_and_tell(
            request,
            lambda: orders.propose_reissue(file, **given),
            _("再発行を起案しました。ほかの職員が確認すると作成が始まります。"),
        )
    return redirect("notices")


@staff_only(*CASE_ROLES, person_data=True)
@require_POST
def take(request: StaffRequest, file_id: UUID) -> HttpResponse:
    """Hand out a file with its index, sealed for the print contractor."""
    file = get_object_or_404(PrintFile, pk=file_id, channel=Channel.PAPER)
    return _taken(request, file, Recipient.Kind.PRINTER)


@staff_only(Role.NUMBER, person_data=True)
@require_POST
def take_numbers(request: StaffRequest, file_id: UUID) -> HttpResponse:
    """Hand out a file for eLTAX, which carries 個人番号, to whoever may see them; sealed too."""
    file = get_object_or_404(PrintFile, pk=file_id, channel=Channel.ELTAX)
    return _taken(request, file, Recipient.Kind.ELTAX)


def _taken(request: StaffRequest, file: PrintFile, kind: str) -> HttpResponse:
    try:
        to = only(kind, request.POST.get("to", ""))
        sealed = printing.take_file(file, to=to, **given_by(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("notices")
    return as_download(sealed)


@staff_only(Role.CLERK, Role.SUPERVISOR)
@require_POST
def hand_over(request: StaffRequest, file_id: UUID) -> HttpResponse:
    """Write down that a file was handed over, with the count that came back."""
    file = get_object_or_404(PrintFile, pk=file_id)
    form = HandForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("引渡し先と受領件数を入力してください。"))
        return redirect("notices")
    given = given_by(request, _("印刷データの引渡し")) | form.cleaned_data
    act_and_tell(request, lambda: printing.hand_over(file, **given), _("引渡しを記録しました。"))
    return redirect("notices")
