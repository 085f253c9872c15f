"""Employers (特別徴収義務者) of a year, one employer, and returned mail."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from review.addressees.views import record_look
from review.addressees.visibility import sees_restricted, visible
from review.levy.queries import previous_year
from review.notices import returns
from review.notices.employers import PAGE_SIZE, employees_of, employer_at, listed
from review.notices.forms import EndForm, ReturnForm
from review.notices.models import Channel, IssuedDocument, ReturnedMail
from review.notices.months import total_of
from review.notices.recipients import registered
from review.notices.slips import MONTHS
from review.staff.access import StaffRequest, staff_only
from review.staff.acting import act_and_tell, given_by
from review.staff.roles import CASE_ROLES, Role

LATEST = 100


@staff_only(*CASE_ROLES)
@require_safe
def employers(request: StaffRequest, tax_year: str) -> HttpResponse:
    """The year's employers with how many employees and what tax, the largest first."""
    sought = request.GET.get("q", "").strip()[:100]
    page = int(given) if (given := request.GET.get("page", "1")).isdecimal() else 1
    rows = listed(tax_year, sought, page=max(page, 1))
    context = {
        "tax_year": tax_year,
        "before": previous_year(tax_year),
        "q": sought,
        "rows": rows[:PAGE_SIZE],
        "page": page,
        "next_page": page + 1 if len(rows) > PAGE_SIZE else 0,
        "previous_page": page - 1,
    }
    return render(request, "review/notices/employers.html", context)


@staff_only(*CASE_ROLES, person_data=True)
@require_safe
def employer(request: StaffRequest, tax_year: str, collection_id: int) -> HttpResponse:
    """One employer: its employees with each month, the sums, and what was issued to it."""
    shown = employer_at(collection_id)
    if shown is None:
        raise Http404
    everybody = employees_of(shown, tax_year)
    open_to = sees_restricted(request.user)
    employees = [e for e in everybody if open_to or not e.decision.addressee.restricted]
    record_look(request, *(e.decision.addressee for e in employees))
    sums = total_of(e.months for e in everybody).after
    own = {"employer_number": shown.number} if shown.number else {"employer": shown.name}
    documents = IssuedDocument.objects.filter(tax_year=tax_year, decision=None, **own)
    context: dict[str, Any] = {
        "tax_year": tax_year,
        "at": collection_id,
        "employer": shown,
        "business": registered(shown),
        "employees": [
            {"person": e.decision.addressee, "total": sum(e.months.after), "months": e.months.after}
            for e in employees
        ],
        "hidden": len(everybody) - len(employees),
        "months": list(zip(MONTHS, sums, strict=True)),
        "total": sum(sums),
        "documents": documents.select_related("print_file").order_by("-number")[:LATEST],
        "channels": Channel.choices,
        "may_propose": request.user.holds(Role.CLERK, Role.SUPERVISOR),
    }
    return render(request, "review/notices/employer.html", context)


@staff_only(*CASE_ROLES)
@require_http_methods(["GET", "POST"])
def returned(request: StaffRequest) -> HttpResponse:
    """Mail that came back, what is still looked into first; by POST, enter one (clerks)."""
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and not request.user.holds(Role.CLERK):
        messages.error(request, _("登録は審査担当が行います。"))
    elif form.is_valid():
        given = given_by(request, _("郵便の返戻")) | form.cleaned_data
        act_and_tell(request, lambda: returns.take_return(**given), _("返戻を登録しました。"))
        return redirect("returned-mail")
    rows = ReturnedMail.objects.select_related("document").order_by("ended_on", "returned_on")
    for path in ("document__decision__addressee", "document__target__addressee"):
        rows = visible(rows, request.user, path)
    open_first = sorted(rows[:LATEST], key=lambda mail: mail.ended_on is not None)
    context = {
        "form": form,
        "end_form": EndForm(auto_id=False),
        "rows": open_first,
        "years": returns.counts_by_year(),
        "outcomes": ReturnedMail.Outcome.labels,
        "may_enter": request.user.holds(Role.CLERK),
    }
    status = 422 if form.errors else 200
    return render(request, "review/notices/returned.html", context, status=status)


@staff_only(Role.CLERK)
@require_POST
def end_return(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Write down how a return ended."""
    mail = get_object_or_404(ReturnedMail.objects.select_related("document"), pk=mail_id)
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("処理、調査の結果、処理日を入力してください。"))
        return redirect("returned-mail")
    given = given_by(request, _("郵便の返戻")) | form.cleaned_data
    act_and_tell(request, lambda: returns.end_return(mail, **given), _("記録しました。"))
    return redirect("returned-mail")
