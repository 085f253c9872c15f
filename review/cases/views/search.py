"""Search (申請の検索): by name, kana, 宛名番号 or 受付番号."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from review.audit.services import record_by
from review.cases import finding
from review.cases.list_forms import FindForm
from review.cases.models import Case
from review.staff.access import StaffRequest, staff_only
from review.staff.roles import CASE_ROLES


@staff_only(*CASE_ROLES, person_data=True)
@require_http_methods(["GET", "POST"])
def search(request: StaffRequest) -> HttpResponse:
    """Find cases. By POST: names do not belong into addresses; the log keeps whom it found."""
    form = FindForm(request.POST or None)
    found: list[Case] = []
    if form.is_valid():
        found = list(finding.find(form.cleaned_data["text"], member=request.user))
        numbers = sorted({case.addressee.number for case in found if case.addressee})
        with transaction.atomic():
            record_by(
                request.actor,
                "case.searched",
                reason=str(request.purpose),
                now=request.now,
                detail={"found": len(found), "addressees": numbers},
            )
    context = {
        "form": form,
        "found": found,
        "searched": form.is_bound and form.is_valid(),
        "now": request.now,
        "today": timezone.localdate(request.now),
    }
    status = 422 if form.errors else 200
    return render(request, "review/cases/search.html", context, status=status)
