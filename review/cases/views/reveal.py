"""The 個人番号 in full (個人番号の表示): a role, a ground of its own, a minute, and an entry."""

from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

import filing
from review.cases.transitions import write_down
from review.cases.views.case import allowed
from review.staff.access import StaffRequest, staff_only
from review.staff.forms import refuse_personal_number
from review.staff.roles import Role

SECONDS = 60


class RevealForm(forms.Form):
    """Why the number has to be seen (個人番号を表示する事由)."""

    ground = forms.CharField(
        label=_("個人番号を表示する事由"),
        max_length=200,
        validators=[refuse_personal_number],
        help_text=_("例 番号確認書類との照合。操作記録に残ります。"),
    )


@staff_only(Role.NUMBER, person_data=True)
@require_http_methods(["GET", "POST"])
def number(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Ask for the ground, then show the filer's number for a minute."""
    case = allowed(request, case_id, Role.NUMBER)
    form = RevealForm(request.POST or None)
    context = {"case": case, "form": form, "seconds": SECONDS}
    if not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "review/cases/reveal.html", context, status=status)
    with transaction.atomic():
        reason = f"{request.purpose} / {form.cleaned_data['ground']}"
        write_down(
            case, "case.number_revealed", by=request.actor, reason=reason[:300], now=request.now
        )
    document = filing.read_xml(case.original.package().files["return.xml"])
    context["shown"] = document.filer.personal_number
    response = render(request, "review/cases/reveal.html", context)
    # Without a script too the number does not stay on the screen.
    response.headers["Refresh"] = f"{SECONDS}; url={reverse('case', args=[case.pk])}"
    return response
