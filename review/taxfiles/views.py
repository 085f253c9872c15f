"""Pages of the tax files (税務システムとの連携): make, approve, take, read back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from review.addressees.visibility import visible
from review.cases import worklist
from review.cases.views.case import allowed
from review.errors import Refusal
from review.recipients.downloads import as_download
from review.recipients.models import Recipient
from review.recipients.queries import only
from review.staff.access import StaffRequest, staff_only
from review.staff.acting import act_and_tell, given_by
from review.staff.roles import CASE_ROLES, Role
from review.taxfiles import faults, results, services
from review.taxfiles.forms import ResultForm, SettleForm, YearForm
from review.taxfiles.models import ImportFault, ResultFile, TaxFile, TaxFileRow

PROCEDURE = "resident-tax-return"
PAGE_SIZE, LATEST = 50, 50


def get_file(request: StaffRequest, number: int) -> TaxFile:
    """Return a file, to those alone whose rights cover the procedure that it is of."""
    check_procedure(request)
    return get_object_or_404(TaxFile, pk=number)


def check_procedure(request: StaffRequest) -> None:
    """Raise PermissionDenied where the person's rights do not cover the returns (手続)."""
    if not request.user.may_handle(PROCEDURE, *CASE_ROLES):
        raise PermissionDenied


@staff_only(*CASE_ROLES)
@require_safe
def overview(request: StaffRequest) -> HttpResponse:
    """What may go out, what went, and the faults that wait, with ages and counts."""
    check_procedure(request)
    return _overview(request)


def _overview(
    request: StaffRequest, form: ResultForm | None = None, status: int = 200
) -> HttpResponse:
    years = [(year, services.ready(year).count()) for year in worklist.tax_years()]
    shown = visible(faults.open_faults(), request.user, "case__addressee")
    pages = Paginator(shown, PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "years": [(year, count) for year, count in years if count],
        "by_code": [one | {"remedy": faults.remedy(one["code"])} for one in faults.by_code()],
        "page_obj": page,
        "files": TaxFile.objects.order_by("-number")[:LATEST],
        "results": ResultFile.objects.order_by("-pk")[:LATEST],
        "form": form or ResultForm(),
        "may_make": request.user.holds(Role.CLERK),
        "now": request.now,
    }
    return render(request, "review/taxfiles/overview.html", context, status=status)


@staff_only(Role.CLERK)
@require_POST
def make(request: StaffRequest) -> HttpResponse:
    """Put what is ready of a year into a file."""
    check_procedure(request)
    form = YearForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("課税年度を選んでください。"))
        return redirect("tax-files")
    file = services.make(
        form.cleaned_data["tax_year"],
        by=request.actor,
        reason=_reason(request, _("連携ファイルの作成")),
        now=request.now,
    )
    if file is None:
        text = _("連携ファイルに入れる申告はありません。エラーがあれば、先に対応してください。")
        messages.warning(request, text)
        return redirect("tax-files")
    messages.success(request, _("作成しました。ほかの職員が承認すると受け取れます。"))
    return redirect("tax-file", file.number)


@staff_only(*CASE_ROLES)
@require_safe
def tax_file(request: StaffRequest, number: int) -> HttpResponse:
    """One file: its control totals, its rows and how the tax system answered."""
    file = get_file(request, number)
    rows = visible(file.rows.select_related("case__addressee"), request.user, "case__addressee")
    rows = rows.order_by("pk")
    states = file.rows.values_list("state").annotate(count=Count("pk")).order_by("state")
    waits = file.state == TaxFile.State.PROPOSED
    own = file.made_by == request.actor.id
    context = {
        "file": file,
        "page_obj": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "states": [(TaxFileRow.State(state).label, count) for state, count in states],
        "may_approve": waits and not own and request.user.holds(Role.CONFIRMER, Role.SUPERVISOR),
        "may_drop": file.state != TaxFile.State.DROPPED and (not file.taken_at or not own),
        "may_take": file.state == TaxFile.State.APPROVED and own,
    }
    return render(request, "review/taxfiles/file.html", context)


@staff_only(Role.CONFIRMER, Role.SUPERVISOR)
@require_POST
def approve(request: StaffRequest, number: int) -> HttpResponse:
    """Allow another person's file."""
    return _act(request, number, services.approve, _("連携ファイルを承認しました。"))


@staff_only(*CASE_ROLES)
@require_POST
def drop(request: StaffRequest, number: int) -> HttpResponse:
    """Give a file up before it goes out."""
    return _act(request, number, services.drop, _("連携ファイルを取りやめました。"))


@staff_only(Role.CLERK, person_data=True)
@require_POST
def take(request: StaffRequest, number: int) -> HttpResponse:
    """Hand the file to the person who made it, once."""
    file = get_file(request, number)
    try:
        sealed = services.take(file, to=only(Recipient.Kind.TAX_SYSTEM), **given_by(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("tax-file", number)
    return as_download(sealed)


@staff_only(Role.CLERK)
@require_POST
def read_results(request: StaffRequest) -> HttpResponse:
    """Read what the tax system said."""
    check_procedure(request)
    form = ResultForm(request.POST, request.FILES)
    if not form.is_valid():
        return _overview(request, form, status=422)
    upload = form.cleaned_data["file"]
    try:
        result, new = results.read(
            upload.read(),
            name=upload.name,
            by=request.actor,
            reason=_reason(request, _("取込結果の読込み")),
            now=request.now,
        )
    except Refusal as refusal:
        form.add_error("file", str(refusal))
        return _overview(request, form, status=422)
    if not new:
        messages.info(request, _("同じ内容のファイルは、すでに読み込んでいます。"))
    return redirect("tax-file-result", result.pk)


@staff_only(*CASE_ROLES)
@require_safe
def result_file(request: StaffRequest, result_id: int) -> HttpResponse:
    """One result file: counts, and the lines that could not be taken."""
    check_procedure(request)
    result = get_object_or_404(ResultFile, pk=result_id)
    return render(request, "review/taxfiles/result.html", {"result": result})


@staff_only(Role.CLERK, person_data=True)
@require_POST
def settle(request: StaffRequest, fault_id: int) -> HttpResponse:
    """Note what was done about a fault; the return may then go out again."""
    fault = get_object_or_404(ImportFault, pk=fault_id)
    case = allowed(request, fault.case_id)
    form = SettleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("行った対応を書いてください。個人番号は書けません。"))
        return redirect("case", case.pk)
    act_and_tell(
        request,
        lambda: faults.settle(
            fault,
            remark=form.cleaned_data["remark"],
            by=request.actor,
            reason=str(request.purpose),
            now=request.now,
        ),
        _("対応を記録しました。"),
    )
    return redirect("case", case.pk)


def _act(request: StaffRequest, number: int, act: Callable[..., Any], done: str) -> HttpResponse:
    file = get_file(request, number)
    reason = _reason(request, _("連携ファイルの確認"))
    act_and_tell(request, lambda: act(file, by=request.actor, reason=reason, now=request.now), done)
    return redirect("tax-file", number)


def _reason(request: StaffRequest, otherwise: str) -> str:
    return str(request.purpose or otherwise)
