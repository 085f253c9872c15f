"""The pages of incidents (事故の記録と手順, OPS-09)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from review.errors import Refusal
from review.incidents import procedure, services
from review.incidents.forms import IncidentForm, StepForm
from review.incidents.models import Incident
from review.staff.access import StaffRequest, staff_only
from review.staff.roles import Role

ROLES = (Role.SUPERVISOR, Role.CONFIRMER, Role.ADMIN)


@staff_only(*ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def incidents(request: StaffRequest) -> HttpResponse:
    """Show the procedure and all incidents; a POST writes another one down."""
    form = IncidentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.write(**form.cleaned_data, by=request.actor, now=request.now)
        except Refusal as refusal:
            form.add_error("found_at", str(refusal.message))
        else:
            messages.success(request, _("事故を記録しました。手順に沿って対応してください。"))
            return redirect("incident", made.number)
    context = {
        "rows": Incident.objects.order_by("-number")[:100],
        "rules": [(procedure.Kind(rule.kind).label, rule) for rule in procedure.RULES],
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "review/incidents/incidents.html", context, status=status)


@staff_only(*ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def incident(request: StaffRequest, number: int) -> HttpResponse:
    """Show one incident and how its steps stand; a POST writes a step down."""
    shown = get_object_or_404(Incident, number=number)
    form = StepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.do(shown, **form.cleaned_data, by=request.actor, now=request.now)
            messages.success(request, _("対応を記録しました。"))
        except Refusal as refusal:
            messages.error(request, str(refusal.message))
        return redirect("incident", number)
    context = {
        "incident": shown,
        "standing": procedure.standing(shown, request.now),
        "steps": shown.steps.all(),
        "may_close": shown.state == Incident.State.OPEN and shown.written_by != request.actor.id,
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "review/incidents/incident.html", context, status=status)


@staff_only(*ROLES)
@require_POST
def close(request: StaffRequest, number: int) -> HttpResponse:
    """Close somebody else's incident once every step is written down."""
    try:
        shown = get_object_or_404(Incident, number=number)
        services.close(shown, by=request.actor, now=request.now)
        messages.success(request, _("事故への対応を終了しました。"))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return redirect("incident", number)
