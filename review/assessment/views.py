"""The assessment page (賦課の画面) and the list of disagreements (資料間の不一致)."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from review.addressees.models import Addressee
from review.addressees.views import record_look
from review.addressees.visibility import visible
from review.assessment.queries import (
    current_assessment,
    explanation_of,
    held_documents,
    origins_shown,
)
from review.assessment.services import assess_addressee
from review.errors import Refusal
from review.levy.changes import corrections_of
from review.levy.forms import CorrectionForm
from review.levy.queries import decisions_of
from review.reconcile import services
from review.reconcile.forms import RulingForm
from review.reconcile.models import Disagreement
from review.reconcile.queries import of_person, waiting, waiting_by_kind
from review.staff.access import StaffRequest, staff_only
from review.staff.acting import act_and_tell
from review.staff.roles import CASE_ROLES, Role

PAGE_SIZE = 100


@staff_only(*CASE_ROLES, person_data=True)
@require_safe
def assessment(request: StaffRequest, person_id: UUID, tax_year: str) -> HttpResponse:
    """The tax of a person and year, line by line, and the documents that it was made from."""
    person = get_object_or_404(Addressee, pk=person_id)
    record_look(request, person)
    current = current_assessment(person, tax_year)
    lines, agrees = explanation_of(current) if current else ([], True)
    decisions = [d for d in decisions_of(person) if d.tax_year == tax_year]
    context = {
        "person": person,
        "tax_year": tax_year,
        "assessment": current,
        "lines": lines,
        "agrees": agrees,
        "documents": held_documents(person, tax_year),
        "disagreements": of_person(person, tax_year),
        "may_write": request.user.holds(Role.CLERK),
        "may_confirm": request.user.holds(Role.CONFIRMER),
        "decisions": decisions,
        "corrections": corrections_of(decisions),
        "correction_form": CorrectionForm(),
        "sources": origins_shown(current),
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
    kind = request.GET.get("kind", "")
    kinds = waiting_by_kind(now=request.now)
    found = waiting(kind if kind in Disagreement.Kind.values else "")
    rows = (
        visible(found, request.user, "addressee")
        .select_related("addressee")
        .order_by("found_at", "id")[:PAGE_SIZE]
    )
    context = {"rows": rows, "kinds": kinds, "kind": kind}
    return render(request, "review/assessment/disagreements.html", context)


@staff_only(Role.CLERK, person_data=True)
@require_POST
def propose(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Propose what counts (決定の起案)."""
    entry = get_object_or_404(Disagreement.objects.select_related("addressee"), pk=entry_id)
    form = RulingForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("どちらによるかを選び、確認した内容を入力してください。"))
        return _to_assessment(entry)
    reason = f"{request.purpose} / {form.cleaned_data['comment']}"
    ruling = {name: form.cleaned_data[name] for name in ("outcome", "died_on")}
    return _act(
        request,
        entry,
        lambda: services.propose(entry, **ruling, by=request.actor, reason=reason, now=request.now),
        _("決定を起案しました。ほかの職員が確認します。"),
    )


@staff_only(Role.CONFIRMER, person_data=True)
@require_POST
def confirm(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Confirm another person's proposal; the tax is computed by it at once."""
    entry = get_object_or_404(Disagreement.objects.select_related("addressee"), pk=entry_id)
    by, reason, now = request.actor, str(request.purpose), request.now

    def confirm_and_compute() -> None:
        services.confirm(entry, by=by, reason=reason, now=now)
        assess_addressee(entry.addressee, entry.tax_year, by=by, now=now)

    done = _("決定を確認し、税額を計算し直しました。")
    return _act(request, entry, confirm_and_compute, done)


@staff_only(Role.CONFIRMER, person_data=True)
@require_POST
def send_back(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Send a proposal back (差戻し)."""
    entry = get_object_or_404(Disagreement.objects.select_related("addressee"), pk=entry_id)
    by, reason, now = request.actor, str(request.purpose), request.now
    return _act(
        request,
        entry,
        lambda: services.send_back(entry, by=by, reason=reason, now=now),
        _("起案を差し戻しました。"),
    )


def _act(
    request: StaffRequest, entry: Disagreement, act: Callable[[], object], done: str
) -> HttpResponse:
    """Do an act about a disagreement and go back to its person."""
    act_and_tell(request, act, done)
    return _to_assessment(entry)


def _to_assessment(entry: Disagreement) -> HttpResponse:
    return redirect("assessment", entry.addressee_id, entry.tax_year)
