"""The page of maintenance (保守作業・中間サーバーの記録) for those who check the log."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from review.audit import maintenance as records
from review.staff.access import StaffRequest, staff_only
from review.staff.roles import Role


@staff_only(Role.AUDITOR)
@require_safe
def maintenance(request: StaffRequest) -> HttpResponse:
    """Contractors' sessions under their work orders, and what was done at 中間サーバー."""
    context = {
        "sessions": records.sessions(now=request.now),
        "operations": records.operations_at_intermediary(now=request.now),
    }
    return render(request, "review/audit/maintenance.html", context)
