"""Pages of the lists (総括表・申告書の送付): rules, a list with reasons, one form to look at."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from filing.calendar import tax_year_label
from review.addressees.views import record_look
from review.addressees.visibility import visible
from review.errors import Refusal
from review.mailing import making, rules, services
from review.mailing.forms import ListForm
from review.mailing.models import LeftOut, Reason, Target
from review.notices.issuing import pdf_of_contents
from review.notices.models import FORMS, Order
from review.staff.access import StaffRequest, staff_only
from review.staff.acting import act_and_tell, given_by
from review.staff.roles import CASE_ROLES, Role

PAGE_SIZE, LATEST = 50, 50


@staff_only(*CASE_ROLES)
@require_safe
def mailing(request: StaffRequest) -> HttpResponse:
    """The rules of both forms, and the lists that were made; nobody's name."""
    today = timezone.localdate(request.now)
    # 総括表 go out in November for the year that comes, 申告書 in January for the one that is.
    year = tax_year_label(today.year + (today.month > 6))
    lists = Order.objects.filter(kind__in=FORMS).order_by("-pk")[:LATEST]
    context = {
        "kinds": [
            {
                "label": Order.Kind(kind).label,
                "reasons": rules.reasons(kind),
                "left_out": rules.exclusions(kind),
            }
            for kind in FORMS
        ],
        "youngest": rules.youngest(),
        "lists": [(order, services.counts_of(order)[""]) for order in lists],
        "form": ListForm(initial={"tax_year": year}),
        "may_propose": request.user.holds(Role.CLERK, Role.SUPERVISOR),
    }
    return render(request, "review/mailing/mailing.html", context)


@staff_only(Role.CLERK, Role.SUPERVISOR)
@require_POST
def propose(request: StaffRequest) -> HttpResponse:
    """Make a list and put it before a second person."""
    form = ListForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("種類と課税年度を選んでください。"))
        return redirect("mailing")
    given = given_by(request, _("総括表・申告書の送付")) | form.cleaned_data
    try:
        order = services.propose_list(**given)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("mailing")
    messages.success(request, _("一覧を作りました。ほかの職員が確認すると作成が始まります。"))
    return redirect("mailing-list", order.pk)


@staff_only(*CASE_ROLES, person_data=True)
@require_safe
def mailing_list(request: StaffRequest, order_id: int) -> HttpResponse:
    """One list: how many for which reason, who is on it, who is left out and why."""
    order = get_object_or_404(Order, pk=order_id, kind__in=FORMS)
    counts, by_reason = services.counts_of(order), services.counts_by_reason(order)
    rows = visible(_chosen(request, order), request.user, "addressee")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    record_look(request, *(row.addressee for row in page if row.addressee))
    waits = order.state == Order.State.PROPOSED
    context: dict[str, Any] = {
        "order": order,
        "to_send": counts[""],
        "reasons": [(code, label, by_reason[code]) for code, label in Reason.choices],
        "left_out": [(code, label, counts[code]) for code, label in LeftOut.choices],
        "chosen": request.GET.get("only", ""),
        "page_obj": page,
        "files": order.files.order_by("made_at"),
        "may_change": waits and request.user.holds(Role.CLERK),
        "may_confirm": waits and request.user.holds(Role.CONFIRMER),
        "own": order.proposed_by == request.actor.id,
    }
    return render(request, "review/mailing/list.html", context)


def _chosen(request: StaffRequest, order: Order) -> QuerySet[Target]:
    rows = order.targets.select_related("addressee").order_by("pk")
    only = request.GET.get("only", "")
    if only in LeftOut.values:
        return rows.filter(left_out=only)
    if only in Reason.values:
        rows = rows.filter(reasons__contains=[only])
    return rows.filter(left_out="")


@staff_only(Role.CLERK, person_data=True)
@require_POST
def leave_out(request: StaffRequest, target_id: int) -> HttpResponse:
    """Take one off the list by hand, or put them back."""
    target = get_object_or_404(Target, pk=target_id)
    given = given_by(request, _("総括表・申告書の送付"))
    act_and_tell(request, lambda: services.leave_out(target, **given), _("送付対象を変えました。"))
    return redirect("mailing-list", target.order_id)


@staff_only(*CASE_ROLES, person_data=True)
@require_POST
def preview(request: StaffRequest, target_id: int) -> HttpResponse:
    """Show how one form will look (下見); nothing is issued."""
    target = get_object_or_404(Target.objects.select_related("addressee", "order"), pk=target_id)
    if target.addressee:
        record_look(request, target.addressee)
    content = making.content_of(target, timezone.localdate(request.now))
    pdf = pdf_of_contents([content | {"number": _("下見")}], at=request.now)
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="form-{target.pk}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response
