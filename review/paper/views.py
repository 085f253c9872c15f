"""Paper returns (書面の申告): the list, typing one in, checking what a colleague typed."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import filing
from filing import FilingError
from review.addressees.visibility import visible
from review.audit.services import record_by
from review.cases.presentation import blocks_of
from review.cases.wording import CHECKS
from review.errors import Refusal
from review.paper import services
from review.paper.entry_form import EntryForm
from review.paper.forms import ArrivalForm, BackForm, CheckForm, YearForm
from review.paper.identity import Identity, lines_of
from review.paper.models import PaperEntry
from review.paper.people import person_of
from review.paper.services import PROCEDURE, Typed
from review.staff.access import StaffRequest, staff_only
from review.staff.roles import Role

LATEST = 50


@staff_only(Role.ENTRY, Role.CONFIRMER)
@require_http_methods(["GET", "POST"])
def entries(request: StaffRequest) -> HttpResponse:
    """What waits for its check or its correction, and the latest that were decided."""
    form = YearForm(request.POST or None)
    if form.is_valid() and request.user.holds(Role.ENTRY):
        return redirect("paper-new", form.cleaned_data["year"])
    rows = PaperEntry.objects.select_related("entered_by", "decided_by", "case", "corrects")
    rows = visible(rows.defer("sealed"), request.user, "case__addressee")
    context = {
        "form": form,
        "may_enter": request.user.holds(Role.ENTRY),
        "open": rows.filter(state__in=["entered", "returned"]).order_by("entered_at")[:LATEST],
        "decided": rows.exclude(state__in=["entered", "returned"]).order_by("-decided_at")[:LATEST],
    }
    return render(request, "review/paper/entries.html", context)


@staff_only(Role.ENTRY, person_data=True)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest, tax_year: str) -> HttpResponse:
    """Type in a return of this year."""
    if tax_year not in filing.form_years():
        raise Http404
    return _type(request, tax_year, services.enter)


@staff_only(Role.ENTRY, person_data=True)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, entry_id: UUID) -> HttpResponse:
    """Correct an entry of one's own that was sent back."""
    shown = _allowed(request, entry_id)
    if shown.state != PaperEntry.State.RETURNED or shown.entered_by_id != request.user.pk:
        messages.error(request, _("差し戻された入力は、入力した本人が直します。"))
        return redirect("paper-entry", entry_id)

    def again(typed: Typed, **options: Any) -> PaperEntry:
        return services.enter_again(shown, typed, seen=shown.revision, **options)

    _record_look(request, shown)
    return _type(request, shown.tax_year, again, known=shown)


def _type(
    request: StaffRequest,
    tax_year: str,
    service: Callable[..., PaperEntry],
    *,
    known: PaperEntry | None = None,
) -> HttpResponse:
    data = request.POST or None
    today = timezone.localdate(request.now)
    arrival = ArrivalForm(data, initial=_arrival_of(known) if known else {"received_on": today})
    received_on: date = today
    if arrival.is_bound and arrival.is_valid():
        received_on = arrival.cleaned_data["received_on"]
    document = known.document() if known else None
    form = EntryForm(tax_year, data, received_on=received_on, known=document)
    # Adding a row is no attempt to save: nothing is checked yet, nothing is complained about.
    if data and "add" not in data and arrival.is_valid() and form.is_valid():
        given = arrival.cleaned_data
        typed = Typed(
            channel=given["channel"],
            received_on=received_on,
            identity=arrival.identity,
            document=form.document,
            corrects=given["corrects"],
        )
        try:
            made = service(typed, by=request.actor, reason=str(request.purpose), now=request.now)
        except (Refusal, FilingError) as refusal:
            arrival.add_error(None, str(refusal))
        else:
            messages.success(request, _("入力しました。ほかの職員が確認すると登録されます。"))
            return redirect("paper-entry", made.pk)
    adding = bool(data) and "add" in request.POST
    context = {
        "arrival": arrival,
        "form": form,
        "blocks": form.blocks(),
        "title": form.form.title,
        "person": person_of(known) if known else None,
        "judged": [] if adding else [arrival, form],
    }
    status = 422 if data and not adding else 200
    return render(request, "review/paper/entry_form.html", context, status=status)


def _arrival_of(entry: PaperEntry) -> dict[str, Any]:
    identity = Identity.from_data(entry.identity)
    return {
        **identity.as_data(),
        "channel": entry.channel,
        "received_on": entry.received_on,
        "corrects": entry.corrects.receipt_number if entry.corrects else "",
    }


@staff_only(Role.ENTRY, Role.CONFIRMER, person_data=True)
@require_safe
def entry(request: StaffRequest, entry_id: UUID) -> HttpResponse:
    """What was typed, to be held against the paper; the number itself is not shown."""
    shown = _allowed(request, entry_id)
    _record_look(request, shown)
    return _render(request, shown)


def _render(
    request: StaffRequest, shown: PaperEntry, bound: Any = None, status: int = 200
) -> HttpResponse:
    document = shown.document() if shown.is_open else None
    findings = [vars(problem) for problem in filing.validate(document)] if document else []
    initial = {"seen": shown.revision}
    lines = lines_of(Identity.from_data(shown.identity))
    forms = {
        "check_form": CheckForm(initial=initial, prefix="register"),
        "back_form": BackForm(initial=initial, prefix="send_back"),
        "cancel_form": BackForm(initial=initial, prefix="cancel"),
    }
    context = {
        "entry": shown,
        "person": person_of(shown),
        "blocks": blocks_of(document, findings) if document else [],
        "lines": [{**line, "label": _(CHECKS[line["name"]])} for line in lines],
        "may_decide": _may_decide(request, shown),
        "may_edit": shown.state == "returned" and shown.entered_by_id == request.user.pk,
        **forms,
        **(bound or {}),
        "has_errors": bool(bound),
    }
    return render(request, "review/paper/entry.html", context, status=status)


def _may_decide(request: StaffRequest, shown: PaperEntry) -> bool:
    another = shown.entered_by_id != request.user.pk
    return shown.state == "entered" and another and request.user.holds(Role.CONFIRMER)


@staff_only(Role.CONFIRMER, person_data=True)
@sensitive_post_parameters()
@require_POST
def register(request: StaffRequest, entry_id: UUID) -> HttpResponse:
    """Register an entry that agrees with the paper."""
    shown = _allowed(request, entry_id)
    form = CheckForm(request.POST, prefix="register")
    if not form.is_valid():
        _record_look(request, shown)
        return _render(request, shown, {"check_form": form}, status=422)
    return _do(request, shown, services.register, _("登録しました。"), **form.cleaned_data)


@staff_only(Role.CONFIRMER, person_data=True)
@require_POST
def turn_down(request: StaffRequest, entry_id: UUID, code: str) -> HttpResponse:
    """Send an entry back to who typed it, or cancel it."""
    acts = {
        "send_back": (services.send_back, "back_form", _("差し戻しました。")),
        "cancel": (services.cancel, "cancel_form", _("入力を取り消しました。")),
    }
    if code not in acts:
        raise Http404
    shown = _allowed(request, entry_id)
    service, name, done = acts[code]
    form = BackForm(request.POST, prefix=code)
    if not form.is_valid():
        _record_look(request, shown)
        return _render(request, shown, {name: form}, status=422)
    return _do(request, shown, service, done, **form.cleaned_data)


def _do(
    request: StaffRequest, shown: PaperEntry, service: Callable[..., Any], done: str, **given: Any
) -> HttpResponse:
    try:
        service(shown, by=request.actor, reason=str(request.purpose), now=request.now, **given)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("paper-entry", shown.pk)


def _allowed(request: StaffRequest, entry_id: UUID) -> PaperEntry:
    if not request.user.may_handle(PROCEDURE, Role.ENTRY, Role.CONFIRMER):
        raise PermissionDenied
    people = ("entered_by", "decided_by", "case__addressee", "corrects__addressee")
    return get_object_or_404(PaperEntry.objects.select_related(*people), pk=entry_id)


def _record_look(request: StaffRequest, shown: PaperEntry) -> None:
    """Write down that the entry's data were shown (LOG-01)."""
    with transaction.atomic():
        record_by(
            request.actor,
            "paper.viewed",
            reason=str(request.purpose),
            now=request.now,
            subject=shown.subject,
            addressee_number=shown.lookup.get("addressee", ""),
            four_attributes=services.four_attributes(shown.document()) if shown.is_open else {},
        )
