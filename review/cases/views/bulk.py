"""Many cases at once (一括処理): first the preview, then exactly what it showed."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from review.cases import bulk, importing
from review.cases.list_forms import BulkForm
from review.errors import Refusal
from review.staff.access import StaffRequest, staff_only
from review.staff.models import StaffMember
from review.staff.roles import CASE_ROLES


@staff_only(*CASE_ROLES, person_data=True)
@require_POST
def preview(request: StaffRequest) -> HttpResponse:
    """Show what would happen to each ticked case; nothing is changed yet."""
    form = BulkForm(request.POST)
    try:
        cases = bulk.chosen(_ids(request.POST.getlist("case")), by=request.actor)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("queue")
    if not form.is_valid() or not cases:
        messages.error(request, _("申請を選んでから、操作を選んでください。"))
        return redirect("queue")
    act, to, total = form.cleaned_data["act"], None, None
    if act == "assign":
        to = get_object_or_404(StaffMember, number=form.cleaned_data["to"])
        lines = bulk.preview_assignment(cases, to, by=request.actor)
    elif act == "import":
        lines = importing.preview(cases, by=request.actor)
        total = importing.control_total(lines)
    else:
        lines = bulk.preview_confirmation(cases, by=request.actor)
    ready = sum(not line.refusal for line in lines)
    context = {"lines": lines, "act": act, "to": to, "ready": ready, "total": total}
    return render(request, "review/cases/bulk.html", context)


@staff_only(*CASE_ROLES, person_data=True)
@require_POST
def carry_out(request: StaffRequest) -> HttpResponse:
    """Do what the preview showed, at the revisions that it showed."""
    form = BulkForm(request.POST)
    seen = _seen(request.POST.getlist("seen"))
    if not form.is_valid() or not seen:
        messages.error(request, _("申請を選んでから、操作を選んでください。"))
        return redirect("queue")
    reason = str(request.purpose)
    try:
        if form.cleaned_data["act"] == "assign":
            to = get_object_or_404(StaffMember, number=form.cleaned_data["to"])
            lines = bulk.assign(seen, to, by=request.actor, reason=reason, now=request.now)
        elif form.cleaned_data["act"] == "import":
            lines = importing.import_many(seen, by=request.actor, reason=reason, now=request.now)
            text = _("取り込んだ申告の金額合計は%(total)s円です。")
            total = importing.control_total(lines)
            messages.info(request, text % {"total": f"{total:,}"})
        else:
            lines = bulk.confirm(seen, by=request.actor, reason=reason, now=request.now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("queue")
    done = sum(not line.refusal for line in lines)
    messages.success(request, _("%(n)s件を処理しました。") % {"n": done})
    for line in lines:
        if line.refusal:
            messages.warning(request, f"{line.case.receipt_number}: {line.refusal}")
    return redirect("queue")


def _ids(texts: Iterable[str]) -> set[UUID]:
    found = set()
    for text in texts:
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return found


def _seen(texts: Iterable[str]) -> dict[UUID, int]:
    """Read "id:revision" as the preview wrote it; whatever is something else is left out."""
    found = {}
    for text in texts:
        identity, _colon, revision = text.partition(":")
        ids = _ids([identity])
        if ids and revision.isdigit():
            found[ids.pop()] = int(revision[:9])
    return found
