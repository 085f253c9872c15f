"""The viewer (添付書類の閲覧): pictures of pages beside the return, never the file itself."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

import filing
from filing import FilingError
from papers import Kind, PaperRefused, page_picture
from review.attachments.forms import LookForm
from review.attachments.models import Paper
from review.attachments.queries import content_of, papers_of
from review.cases.presentation import Block, blocks_of, ticked
from review.cases.rules import may_tick
from review.cases.transitions import write_down
from review.cases.views.case import get_case
from review.staff.access import StaffRequest, staff_only
from review.staff.roles import CASE_ROLES

# Longer side of the picture in pixels, by how near one looks.
SIDES = {1: 1_200, 2: 2_200, 3: 3_600}


@staff_only(*CASE_ROLES, person_data=True)
@require_safe
def viewer(request: StaffRequest, case_id: UUID, number: int) -> HttpResponse:
    """Show one paper beside the return, with links that turn, enlarge and leaf."""
    case = get_case(request, case_id)
    shown = get_object_or_404(Paper, case=case, number=number)
    look = _look(request, shown)
    context = {
        "case": case,
        "paper": shown,
        "papers": papers_of(case),
        "look": look,
        "near": SIDES,
        "blocks": ticked(_blocks(shown), shown.case),
        "may_tick": may_tick(case, request.actor),
        "turned": {way: (look["turn"] + by) % 360 for way, by in (("left", 270), ("right", 90))},
    }
    return render(request, "review/attachments/viewer.html", context)


@staff_only(*CASE_ROLES, person_data=True)
@require_safe
def picture(request: StaffRequest, case_id: UUID, number: int) -> HttpResponse:
    """One page as a picture. Each look is written down before anything is shown (LOG-01)."""
    shown = get_object_or_404(
        Paper.objects.select_related("case__original", "case__addressee"),
        case_id=case_id,
        number=number,
    )
    if not request.user.may_handle(shown.case.procedure, *CASE_ROLES):
        raise PermissionDenied
    if not shown.may_be_opened:
        raise Http404
    look = _look(request, shown)
    with transaction.atomic():
        write_down(
            shown.case,
            "case.paper_viewed",
            by=request.actor,
            reason=str(request.purpose),
            now=request.now,
            detail={"paper": shown.number, "page": look["page"]},
        )
    try:
        made = page_picture(
            content_of(shown),
            Kind(shown.kind),
            page=look["page"],
            long_side=SIDES[look["near"]],
            turn=look["turn"],
        )
    except PaperRefused as refused:
        if refused.code == "busy":
            return HttpResponse(status=503, headers={"Retry-After": "5"})
        raise Http404 from refused
    headers = {"Content-Disposition": "inline", "Content-Security-Policy": "sandbox"}
    return HttpResponse(made, content_type="image/jpeg", headers=headers)


def _look(request: StaffRequest, shown: Paper) -> dict[str, int]:
    """Return page, turn and nearness from the address; Http404 where they are none of this paper's.

    Without a turn the paper lies as the resident laid it.
    """
    form = LookForm(request.GET)
    if not form.is_valid():
        raise Http404
    given = form.cleaned_data
    look = {
        "page": given["page"] or 1,
        "turn": int(given["turn"]) if given["turn"] else shown.turn,
        "near": int(given["near"] or 1),
    }
    if look["page"] > shown.pages:
        raise Http404
    return look


def _blocks(shown: Paper) -> list[Block]:
    """Return the return's blocks; none where it cannot be read."""
    try:
        document = filing.read_xml(shown.case.original.package().files["return.xml"])
    except FilingError:
        return []
    return blocks_of(document, shown.case.checks)
