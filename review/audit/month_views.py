"""Monthly review (操作記録の月次点検): the findings of a month and the sign-off."""

from datetime import date

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from review.audit import analysis
from review.audit.models import MonthlyReview
from review.audit.services import record_by
from review.errors import Refusal
from review.staff.access import StaffRequest, staff_only
from review.staff.forms import refuse_personal_number
from review.staff.roles import Role

SHOWN = 12


class SignForm(forms.Form):
    """What the questions led to (点検の結果)."""

    remark = forms.CharField(
        label=gettext_lazy("点検の結果"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        validators=[refuse_personal_number],
    )


@staff_only(Role.AUDITOR)
@require_safe
def months(request: StaffRequest) -> HttpResponse:
    """The last months and who signed them off."""
    signed = {review.month: review for review in MonthlyReview.objects.order_by("-month")[:SHOWN]}
    rows, month = [], analysis.first_of(timezone.localdate(request.now))
    for _place in range(SHOWN):
        rows.append({"month": month, "review": signed.get(month)})
        month = analysis.first_of(date.fromordinal(month.toordinal() - 1))
    return render(request, "review/audit/months.html", {"rows": rows})


@staff_only(Role.AUDITOR, person_data=True)
@require_http_methods(["GET", "POST"])
def month(request: StaffRequest, year: int, number: int) -> HttpResponse:
    """One month: what to ask about; by POST, sign it off."""
    try:
        day = date(year, number, 1)
    except ValueError as error:
        raise Http404 from error
    form = SignForm(request.POST or None)
    if form.is_valid():
        return _sign(request, day, form.cleaned_data["remark"])
    with transaction.atomic():
        record_by(
            request.actor,
            "audit.month_viewed",
            reason=str(request.purpose),
            now=request.now,
            detail={"month": f"{day:%Y-%m}"},
        )
    review = MonthlyReview.objects.filter(month=day).first()
    findings = review.findings if review else analysis.analyse(day)
    ended = analysis.month_after(day) <= timezone.localdate(request.now)
    context = {"month": day, "findings": findings, "review": review, "form": form, "ended": ended}
    status = 422 if form.errors else 200
    return render(request, "review/audit/month.html", context, status=status)


def _sign(request: StaffRequest, day: date, remark: str) -> HttpResponse:
    try:
        analysis.sign_off(
            day, remark, by=request.actor, reason=str(request.purpose), now=request.now
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("点検を記録しました。"))
    return redirect("audit-month", day.year, day.month)
