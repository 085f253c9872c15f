"""Issuing from the person's page (通知書・証明書の発行)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from review.errors import Refusal
from review.levy.models import Decision
from review.notices import issuing
from review.notices.models import IssuedDocument
from review.staff.access import StaffRequest, staff_only
from review.staff.acting import given_by
from review.staff.roles import CASE_ROLES


@staff_only(*CASE_ROLES, person_data=True)
@require_POST
def issue(request: StaffRequest, decision_id: int, kind: str) -> HttpResponse:
    """Issue a document about a decision and hand out its PDF."""
    decision = get_object_or_404(Decision.objects.select_related("addressee"), pk=decision_id)
    if kind not in issuing.TO_PERSONS:
        return redirect("assessment", decision.addressee_id, decision.tax_year)
    try:
        document, pdf = issuing.issue(
            decision, kind, by=request.actor, reason=str(request.purpose), now=request.now
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("assessment", decision.addressee_id, decision.tax_year)
    return _as_file(document, pdf)


@staff_only(*CASE_ROLES, person_data=True)
@require_POST
def reissue(request: StaffRequest, number: int) -> HttpResponse:
    """Issue a document again, under another number."""
    first = get_object_or_404(IssuedDocument.objects.select_related("decision"), pk=number)
    try:
        document, pdf = issuing.reissue(first, **given_by(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        if first.decision is None:
            return redirect("notices")
        return redirect("assessment", first.decision.addressee_id, first.tax_year)
    return _as_file(document, pdf)


def _as_file(document: IssuedDocument, pdf: bytes) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    name = f"{document.kind}-{document.number}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
