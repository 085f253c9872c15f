"""The case page (申請の画面) and the acts that start from it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

import filing
from filing import FilingError, Return
from review.addressees.models import Addressee
from review.addressees.views import record_look
from review.addressees.visibility import visible
from review.agency import services as agency
from review.agency.presentation import agency_of
from review.attachments.queries import papers_of
from review.cases import actions, amendments, desk, importing, queries
from review.cases.beside import beside
from review.cases.forms import ActForm, ChooseForm
from review.cases.models import Amendment, Case
from review.cases.presentation import blocks_of, changes_of, ticked
from review.cases.rules import may_tick
from review.cases.steps import STEPS, steps_for
from review.cases.transitions import write_down
from review.cases.views.act_forms import act_form
from review.cases.wording import agreeing_words, history_lines, verdict_view
from review.errors import Refusal
from review.forwarding import decisions as forwarding
from review.staff.access import StaffRequest, staff_only
from review.staff.roles import CASE_ROLES, Role
from review.taxfiles.queries import transfer_of

CASE_FIELDS = ("addressee", "assigned_to", "proposed_by", "confirmed_by", "original", "previous")


def get_case(request: StaffRequest, case_id: UUID) -> Case:
    """Return a case for looking at, and write the look down (LOG-01) before anything is shown."""
    case = allowed(request, case_id)
    with transaction.atomic():
        write_down(
            case, "case.viewed", by=request.actor, reason=str(request.purpose), now=request.now
        )
        desk.keep_open(case, by=request.actor, now=request.now)
    return case


def allowed(request: StaffRequest, case_id: UUID, *roles: str) -> Case:
    """Return a case of a procedure that the person's rights cover (手続ごとの権限).

    `roles` are those that the page is for, where they are not those of the desk.
    """
    found = get_object_or_404(Case.objects.select_related(*CASE_FIELDS), pk=case_id)
    if not request.user.may_handle(found.procedure, *(roles or CASE_ROLES)):
        raise PermissionDenied
    return found


@staff_only(*CASE_ROLES, person_data=True)
@require_safe
def case(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """One case: the return with its findings, who, verdict, match, documents held, history."""
    return _render(request, get_case(request, case_id))


def _render(
    request: StaffRequest,
    shown: Case,
    bound: dict[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    document = _document(shown)
    steps = steps_for(shown, request.actor)
    context: dict[str, Any] = {
        "case": shown,
        "now": request.now,
        "blocks": ticked(blocks_of(document, shown.checks), shown) if document else [],
        "may_tick": may_tick(shown, request.actor),
        "verdict": verdict_view(shown),
        "agency": agency_of(shown, document),
        "candidates": _candidates(shown, request),
        "history": history_lines(queries.history(shown)),
        "newer": shown.next_versions.order_by("-version").first(),
        "changes": _changes(shown, document),
        "steps": [
            (step, (bound or {}).get(step.code) or act_form(step, shown, document))
            for step in steps
        ],
        "amendments": amendments.shown(shown),
        "forwardings": shown.forwarding_decisions.filter(forwarding.LIVE) if shown.forward else (),
        "papers": papers_of(shown),
        "notes": shown.notes.select_related("by", "follows").order_by("id"),
        "transfer": transfer_of(shown),
        "may_settle": request.user.may_handle(shown.procedure, Role.CLERK),
        "overdue": queries.is_overdue(shown, timezone.localdate(request.now)),
        "has_errors": bool(bound),
    }
    context |= beside(shown, document, request.GET.get("beside", ""))
    return render(request, "review/cases/case.html", context, status=status)


def _document(shown: Case) -> Return | None:
    """Read the return; one that cannot be read is shown as what it is, a failed verification."""
    try:
        return filing.read_xml(shown.original.package().files["return.xml"])
    except FilingError:
        return None


def _changes(shown: Case, document: Return | None) -> list[dict[str, str | None]]:
    if shown.previous is None or document is None:
        return []
    before = _document(shown.previous)
    return changes_of(before, document) if before else []


def _candidates(shown: Case, request: StaffRequest) -> list[dict[str, Any]]:
    """The people who may have filed; each one shown is a look of its own in the log."""
    if shown.addressee_id or not shown.candidates:
        return []
    agrees = {entry["addressee"]: entry["agrees"] for entry in shown.candidates}
    people = list(visible(Addressee.objects.filter(pk__in=agrees), request.user))
    for person in people:
        record_look(request, person)
    return [
        {"person": person, "agrees": agreeing_words(agrees[str(person.pk)])} for person in people
    ]


@staff_only(*CASE_ROLES, person_data=True)
@require_POST
def act(request: StaffRequest, case_id: UUID, code: str) -> HttpResponse:
    """Do an act of the case page. What does not fit any more, the service refuses and explains."""
    shown = allowed(request, case_id)
    if code not in ACTS:
        raise Http404
    document = _document(shown)
    form = act_form(STEPS[code], shown, document, request.POST)
    if not form.is_valid():
        return _render(request, get_case(request, case_id), {code: form}, status=422)
    arguments = _arguments(form)
    if code == "amend":
        arguments["document"] = document
    if code == "note":
        arguments.pop("seen")
    paper = arguments.pop("paper", None)
    answer = _do(request, shown, ACTS[code], **arguments)
    return redirect("case-paper", shown.pk, paper) if paper else answer


@staff_only(Role.CLERK, Role.CONFIRMER, person_data=True)
@require_POST
def amendment(request: StaffRequest, amendment_id: int, code: str) -> HttpResponse:
    """Confirm a colleague's correction, or take a correction back."""
    entry = get_object_or_404(Amendment, pk=amendment_id)
    shown = allowed(request, entry.case_id)
    form = ActForm(request.POST)
    if code not in AMENDMENT_ACTS or not form.is_valid():
        raise Http404
    seen = form.cleaned_data["seen"]
    service = AMENDMENT_ACTS[code]
    return _do(request, shown, lambda _case, **given: service(entry, **given), seen=seen)


@staff_only("clerk", person_data=True)
@require_POST
def choose(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Decide who filed, from the candidates."""
    shown = allowed(request, case_id)
    form = ChooseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("宛名を選んでください。"))
        return redirect("case", case_id)
    person = get_object_or_404(Addressee, pk=form.cleaned_data["addressee"])
    seen = form.cleaned_data["seen"]
    return _do(request, shown, actions.choose_addressee, addressee=person, seen=seen)


def _do(
    request: StaffRequest, shown: Case, service: Callable[..., Any], **arguments: Any
) -> HttpResponse:
    """Call the service; a refusal becomes a message on the page it is about."""
    try:
        moved = service(
            shown, by=request.actor, reason=str(request.purpose), now=request.now, **arguments
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _told(shown, moved))
    return redirect("case", shown.pk)


def _told(shown: Case, made: Any) -> str:
    if isinstance(made, Case) and made.state != shown.state:
        return _("「%(state)s」になりました。") % {"state": made.get_state_display()}
    return _("記録しました。")


def _arguments(form: forms.Form) -> dict[str, Any]:
    """Return what the form gives to the service, by the service's names."""
    given = dict(form.cleaned_data)
    if "fields_to_correct" in given:
        given["fields"] = given.pop("fields_to_correct")
    return given


AMENDMENT_ACTS: dict[str, Callable[..., Any]] = {
    "confirm": amendments.confirm,
    "drop": amendments.drop,
}
ACTS: dict[str, Callable[..., Any]] = {
    "take": actions.take,
    "take_over": actions.take_over,
    "propose": actions.propose,
    "confirm": actions.confirm,
    "send_back": actions.send_back,
    "request_correction": actions.request_correction,
    "propose_rejection": actions.propose_rejection,
    "confirm_rejection": actions.confirm_rejection,
    "amend": amendments.propose,
    "hold": desk.hold,
    "release": desk.release,
    "waive": desk.waive,
    "confirm_agent": agency.confirm,
    "note": desk.add_note,
    "tick": desk.tick,
    "forward": forwarding.propose_case,
    "withdraw": actions.withdraw,
    "put_back": actions.put_back,
    "resume": actions.resume,
    "import": importing.import_now,
    "complete": actions.complete,
}
