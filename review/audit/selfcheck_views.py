"""The self-check page (自己点検)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from review.audit import selfcheck
from review.staff.access import StaffRequest, staff_only
from review.staff.roles import Role


@staff_only(Role.AUDITOR, Role.ADMIN, Role.SUPERVISOR)
@require_safe
def self_check(request: StaffRequest) -> HttpResponse:
    """What the running system shows, and which promise has which proof, with its date."""
    context = {"checks": selfcheck.run(request.now), "table": selfcheck.promises()}
    return render(request, "review/audit/selfcheck.html", context)
