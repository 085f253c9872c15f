"""The work list of rows without a person (宛名番号未設定の資料), and setting whose they are."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from filing.numbers import mask_personal_number
from review.addressees.models import Addressee
from review.addressees.views import record_look
from review.addressees.visibility import sees_restricted, visible
from review.audit.services import record_by
from review.cases.wording import agreeing_words
from review.errors import Refusal
from review.forwarding.decisions import LIVE
from review.forwarding.forms import EntryForm
from review.rights.services import stopped_people
from review.sources import linking
from review.sources.forms import ProposeForm
from review.sources.models import Entry, LinkProposal
from review.staff.access import StaffRequest, staff_only
from review.staff.roles import CASE_ROLES, Role

PAGE_SIZE = 100
DECISIONS = {"confirm": linking.confirm, "reject": linking.reject}


@staff_only(*CASE_ROLES)
@require_safe
def unlinked(request: StaffRequest) -> HttpResponse:
    """Rows that wait for a person, the oldest first; no name stands here."""
    rows = linking.unlinked().select_related("arrival").defer("content", "subject_sealed")
    pages = Paginator(rows, PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    waiting = LinkProposal.objects.filter(
        entry__in=[row.pk for row in page], state=LinkProposal.State.OPEN
    )
    stopped = stopped_people()
    context = {
        "page_obj": page,
        "proposed": {proposal.entry_id for proposal in waiting},
        "stopped": {p.entry_id for p in waiting if p.addressee_id in stopped},
        "may_propose": request.user.holds(Role.CLERK),
    }
    return render(request, "review/sources/unlinked.html", context)


@staff_only(*CASE_ROLES, person_data=True)
@require_safe
def entry(request: StaffRequest, entry_id: int) -> HttpResponse:
    """One row: whose it says it is, who may be meant, and what was proposed."""
    shown = get_object_or_404(Entry.objects.select_related("arrival", "addressee"), pk=entry_id)
    subject = linking.subject_of(shown)
    with transaction.atomic():
        record_by(
            request.actor,
            "source.entry_viewed",
            reason=str(request.purpose),
            now=request.now,
            subject=f"source-entry:{shown.pk}",
            four_attributes={name: getattr(subject, name) for name in ("name", "address")},
        )
    proposal = shown.proposals.select_related("addressee").order_by("-pk").first()
    found = [] if shown.addressee_id else linking.candidates_for(shown)
    if not sees_restricted(request.user):
        found = [one for one in found if not one.person.restricted]
        if proposal and proposal.addressee.restricted:
            proposal = None
    for candidate in found:
        record_look(request, candidate.person)
    context = {
        "entry": shown,
        "subject": subject,
        "masked": mask_personal_number(subject.number),
        "candidates": [
            (one, agreeing_words(list(one.agrees)), agreeing_words(list(one.against)))
            for one in found
        ],
        "proposal": proposal,
        "form": ProposeForm(),
        "forward_form": EntryForm(),
        "forwarding": shown.forwarding_decisions.filter(LIVE).first(),
        "may_propose": request.user.holds(Role.CLERK),
        "may_decide": request.user.holds(Role.CONFIRMER),
    }
    return render(request, "review/sources/entry.html", context)


@staff_only(Role.CLERK, person_data=True)
@require_POST
def propose(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Propose whose row it is."""
    shown = get_object_or_404(Entry, pk=entry_id)
    form = ProposeForm(request.POST)
    number = form.cleaned_data["number"] if form.is_valid() else ""
    person = visible(Addressee.objects.filter(number=number), request.user).first()
    if person is None:
        messages.error(request, _("この宛名番号の人はいません。番号を確かめてください。"))
        return redirect("source-entry", entry_id)
    try:
        reason = str(request.purpose)
        linking.propose(shown, person, by=request.actor, reason=reason, now=request.now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("宛名を選びました。ほかの職員が確認すると設定されます。"))
    return redirect("source-entry", entry_id)


@staff_only(Role.CLERK, person_data=True)
@require_POST
def propose_certain(request: StaffRequest) -> HttpResponse:
    """Propose the clear ones of the list at once; each is still confirmed by another person."""
    made = linking.propose_certain(by=request.actor, reason=str(request.purpose), now=request.now)
    messages.info(request, _("%(n)d件で、一致する宛名を選びました。") % {"n": made})
    return redirect("unlinked")


@staff_only(Role.CONFIRMER, person_data=True)
@require_POST
def decide(request: StaffRequest, proposal_id: int, code: str) -> HttpResponse:
    """Confirm another person's choice, or send it back."""
    if code not in DECISIONS:
        raise Http404
    proposal = get_object_or_404(LinkProposal, pk=proposal_id)
    try:
        reason = str(request.purpose)
        DECISIONS[code](proposal, by=request.actor, reason=reason, now=request.now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("記録しました。"))
    return redirect("source-entry", proposal.entry_id)
