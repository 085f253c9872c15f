"""Dashboard (進行管理): how the work stands; no person's data."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobs.queries import standings
from review.cases import dashboard, worklist
from review.jobs_views import late_names
from review.retention.alarms import alarms
from review.staff.access import StaffRequest, staff_only
from review.staff.roles import CASE_ROLES


@staff_only(*CASE_ROLES)
@require_safe
def progress(request: StaffRequest) -> HttpResponse:
    """Inflow, backlog, corrections, load and what stands still."""
    years = worklist.tax_years()
    chosen = request.GET.get("tax_year", "")
    year = chosen if chosen in years else (years[0] if years else "")
    context = {
        "inflow": dashboard.inflow(request.now),
        "backlog": dashboard.backlog(request.now),
        "load": dashboard.load(),
        "corrections": dashboard.corrections(year) if year else [],
        "stuck": dashboard.stuck(request.now),
        "tax_year": year,
        "alarms": alarms(request.now),
        "late_jobs": late_names(standings(request.now)),
    }
    return render(request, "review/cases/progress.html", context)
