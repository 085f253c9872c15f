"""The page of the schedule (保存期間表): what is in force, what is proposed, what was before."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from review.errors import Refusal
from review.retention import schedule as services
from review.retention.access import KEEPERS
from review.retention.forms import RuleForm
from review.retention.models import Schedule
from review.staff.access import StaffRequest, staff_only

DECISIONS = {"approve": services.approve, "refuse": services.refuse}


@staff_only(*KEEPERS)
@require_safe
def schedule(request: StaffRequest) -> HttpResponse:
    """Show the schedule in force and what waits for approval."""
    return _page(request, RuleForm())


def _page(request: StaffRequest, form: RuleForm, *, status: int = 200) -> HttpResponse:
    current = Schedule.objects.get(state=Schedule.State.IN_FORCE)
    proposed = Schedule.objects.filter(state=Schedule.State.PROPOSED).first()
    context = {
        "current": current,
        "rules": current.rules.all(),
        "labels": dict(current.rules.values_list("kind", "label")),
        "proposed": proposed,
        "changes": services.changes(proposed) if proposed else [],
        "may_approve": proposed and proposed.proposed_by != request.actor.id,
        "versions": Schedule.objects.order_by("-number"),
        "form": form,
    }
    return render(request, "review/retention/schedule.html", context, status=status)


@staff_only(*KEEPERS)
@require_POST
def propose(request: StaffRequest) -> HttpResponse:
    """Propose another period for one kind of record."""
    form = RuleForm(request.POST)
    if form.is_valid():
        try:
            services.propose(**form.cleaned_data, by=request.actor, now=request.now)
        except Refusal as refusal:
            form.add_error("kind", str(refusal.message))
        else:
            messages.success(request, _("変更を提案しました。別の職員の承認で適用されます。"))
            return redirect("retention-schedule")
    return _page(request, form, status=422)


@staff_only(*KEEPERS)
@require_POST
def decide(request: StaffRequest, number: int, code: str) -> HttpResponse:
    """Put a proposed version in force, or drop it."""
    if code not in DECISIONS:
        raise Http404
    try:
        DECISIONS[code](
            get_object_or_404(Schedule, number=number), by=request.actor, now=request.now
        )
        messages.success(request, _("保存しました。"))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return redirect("retention-schedule")
