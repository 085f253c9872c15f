"""The assessment page (賦課の画面) and the list of disagreements (資料間の不一致)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from review.addressees.models import Addressee
from review.addressees.views import record_look
from review.assessment.queries import current_assessment, held_documents
from review.assessment.services import assess_addressee
from review.cases.forms import SettleForm
from review.errors import Refusal
from review.reconcile import services
from review.reconcile.models import Disagreement
from review.staff.access import StaffRequest, staff_only
from review.staff.roles import CASE_ROLES, Role

PAGE_SIZE = 100


@staff_only(*CASE_ROLES, person_data=True)
@require_safe
def assessment(request: StaffRequest, person_id: UUID, tax_year: str) -> HttpResponse:
    """The tax of a person and year, line by line, and the documents that it was made from."""
    person = get_object_or_404(Addressee, pk=person_id)
    record_look(request, person)
    entries = Disagreement.objects.filter(addressee=person, tax_year=tax_year)
    context = {
        "person": person,
        "tax_year": tax_year,
        "assessment": current_assessment(person, tax_year),
        "documents": held_documents(person, tax_year),
        "disagreements": entries.exclude(state=Disagreement.State.GONE).order_by("kind", "key"),
        "settle_form": SettleForm(),
    }
    return render(request, "review/assessment/assessment.html", context)


@staff_only(Role.CLERK, person_data=True)
@require_POST
def assess(request: StaffRequest, person_id: UUID, tax_year: str) -> HttpResponse:
    """Merge and compute again (再計算), for example after a disagreement was settled."""
    person = get_object_or_404(Addressee, pk=person_id)
    if not held_documents(person, tax_year):
        messages.error(request, _("課税資料がないため、計算できません。"))
    else:
        try:
            assess_addressee(person, tax_year, by=request.actor, now=request.now)
            messages.success(request, _("税額を計算し直しました。"))
        except Refusal as refusal:
            messages.error(request, str(refusal.message))
    return redirect("assessment", person_id, tax_year)


@staff_only(*CASE_ROLES)
@require_safe
def disagreements(request: StaffRequest) -> HttpResponse:
    """What is open between documents; people stand there by their number alone."""
    found = Disagreement.objects.filter(state=Disagreement.State.OPEN)
    rows = found.select_related("addressee").order_by("found_at", "id")[:PAGE_SIZE]
    context = {"rows": rows, "count": found.count()}
    return render(request, "review/assessment/disagreements.html", context)


@staff_only(Role.CLERK, person_data=True)
@require_POST
def settle(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Mark a disagreement as looked into."""
    entry = get_object_or_404(Disagreement.objects.select_related("addressee"), pk=entry_id)
    form = SettleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("確認した内容を入力してください。"))
    else:
        reason = f"{request.purpose} / {form.cleaned_data['comment']}"
        try:
            services.settle(entry, by=request.actor, reason=reason, now=request.now)
        except Refusal as refusal:
            messages.error(request, str(refusal))
    return redirect("assessment", entry.addressee_id, entry.tax_year)
