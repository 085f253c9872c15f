"""Pages of the 回送: what is decided and waits, by municipality; put together, confirm, send."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from review.addressees.visibility import visible
from review.errors import Refusal
from review.forwarding import decisions, queries, services
from review.forwarding.forms import EntryForm
from review.forwarding.models import Forwarding, ForwardingDecision
from review.sources.models import Arrival, Entry
from review.staff.access import StaffRequest, staff_only
from review.staff.acting import act_and_tell, given_by
from review.staff.roles import CASE_ROLES, Role
from review.taxfiles.views import check_procedure

PAGE_SIZE, LATEST = 50, 50


@staff_only(*CASE_ROLES)
@require_safe
def overview(request: StaffRequest) -> HttpResponse:
    """What waits for which municipality, what was put together, and how much was sent."""
    check_procedure(request)
    sent = Forwarding.objects.filter(state=Forwarding.State.SENT)
    context = {
        "proposals": _seen(request, queries.proposals()),
        "decided": _seen(request, queries.waiting_decisions().order_by("municipality", "pk")),
        "waiting": queries.waiting_by_municipality(),
        "files": queries.waiting_files(),
        "forwardings": Forwarding.objects.order_by("-number")[:LATEST],
        "sent": {"count": sent.count(), "documents": sent.aggregate(n=Sum("count"))["n"] or 0},
        "may_make": request.user.holds(Role.CLERK),
        "may_decide": request.user.holds(Role.CONFIRMER),
    }
    return render(request, "review/forwarding/overview.html", context)


def _seen(
    request: StaffRequest, rows: QuerySet[ForwardingDecision]
) -> QuerySet[ForwardingDecision]:
    """Return the first rows, without those about people whom the reader may not see."""
    for path in ("case__addressee", "entry__addressee"):
        rows = visible(rows, request.user, path)
    return rows.select_related("case", "entry__arrival")[:LATEST]


@staff_only(Role.CLERK, person_data=True)
@require_POST
def propose_entry(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Propose that a document of a file goes to another municipality."""
    entry = get_object_or_404(Entry, pk=entry_id)
    form = EntryForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("回送先の市区町村を入力してください。個人番号は書けません。"))
        return redirect("source-entry", entry_id)
    given = given_by(request, _("回送の起案")) | form.cleaned_data
    done = _("回送を起案しました。ほかの職員が決定します。")
    act_and_tell(request, lambda: decisions.propose_entry(entry, **given), done)
    return redirect("source-entry", entry_id)


@staff_only(Role.CONFIRMER, Role.CLERK, person_data=True)
@require_POST
def decide(request: StaffRequest, decision_id: int, code: str) -> HttpResponse:
    """Decide another person's proposal (confirmers), drop it, or take a decision back."""
    decision = get_object_or_404(ForwardingDecision, pk=decision_id)
    if code == "confirm" and not request.user.holds(Role.CONFIRMER):
        raise PermissionDenied
    acts = {
        "confirm": (decisions.decide, _("回送を決定しました。まとめると送れます。")),
        "drop": (decisions.drop, _("起案を取りやめました。")),
        "retract": (decisions.retract, _("決定を取り消しました。資料は元の処理に戻ります。")),
    }
    if code not in acts:
        raise Http404
    act, done = acts[code]
    given = given_by(request, _("回送の決定"))
    act_and_tell(request, lambda: act(decision, **given), done)
    return redirect("forwardings")


@staff_only(Role.CLERK)
@require_POST
def make(request: StaffRequest) -> HttpResponse:
    """Put together what was decided to go to a municipality."""
    check_procedure(request)
    municipality = request.POST.get("municipality", "")[:60]
    return _make(request, lambda **given: services.make_of_decided(municipality, **given))


@staff_only(Role.CLERK)
@require_POST
def make_of_file(request: StaffRequest, arrival_id: UUID) -> HttpResponse:
    """Put together the lines of a file, one 回送 for each municipality."""
    check_procedure(request)
    arrival = get_object_or_404(Arrival, pk=arrival_id)
    return _make(request, lambda **given: services.make_of_file(arrival, **given))


def _make(request: StaffRequest, make: Callable[..., object]) -> HttpResponse:
    reason = str(request.purpose or _("回送の作成"))
    act_and_tell(
        request,
        lambda: make(by=request.actor, reason=reason, now=request.now),
        _("回送をまとめました。ほかの職員が確認します。"),
    )
    return redirect("forwardings")


@staff_only(*CASE_ROLES)
@require_safe
def forwarding(request: StaffRequest, number: int) -> HttpResponse:
    """One 回送: its documents by number, and what may be done with it."""
    check_procedure(request)
    shown = get_object_or_404(Forwarding, pk=number)
    items = shown.items.select_related("case", "arrival").order_by("pk")
    items = visible(items, request.user, "case__addressee")
    waits = shown.state == Forwarding.State.PROPOSED
    context = {
        "forwarding": shown,
        "page_obj": Paginator(items, PAGE_SIZE).get_page(request.GET.get("page")),
        "may_confirm": waits
        and shown.made_by != request.actor.id
        and request.user.holds(Role.CONFIRMER),
        "may_drop": shown.state in (Forwarding.State.PROPOSED, Forwarding.State.CONFIRMED),
        "may_send": shown.state == Forwarding.State.CONFIRMED and request.user.holds(Role.CLERK),
    }
    return render(request, "review/forwarding/forwarding.html", context)


@staff_only(Role.CONFIRMER)
@require_POST
def confirm(request: StaffRequest, number: int) -> HttpResponse:
    """Confirm another person's 回送."""
    return _act(request, number, services.confirm, _("回送を確認しました。"))


@staff_only(*CASE_ROLES)
@require_POST
def drop(request: StaffRequest, number: int) -> HttpResponse:
    """Give a 回送 up before it is sent."""
    return _act(request, number, services.drop, _("回送を取りやめました。"))


@staff_only(Role.CLERK, person_data=True)
@require_POST
def send(request: StaffRequest, number: int) -> HttpResponse:
    """Hand the 回送 out, once."""
    check_procedure(request)
    shown = get_object_or_404(Forwarding, pk=number)
    on_paper = request.POST.get("way") == "paper"
    try:
        name, content = services.send(shown, on_paper=on_paper, **given_by(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("forwarding", number)
    response = HttpResponse(content, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _act(request: StaffRequest, number: int, act: Callable[..., Any], done: str) -> HttpResponse:
    check_procedure(request)
    shown = get_object_or_404(Forwarding, pk=number)
    reason = str(request.purpose or _("回送の確認"))
    act_and_tell(
        request, lambda: act(shown, by=request.actor, reason=reason, now=request.now), done
    )
    return redirect("forwarding", number)
