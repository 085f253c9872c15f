"""After submission: answer a correction request, amend, give the amendment up, withdraw."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from filing.calendar import filing_deadline
from portal import years
from portal.amending import is_before_deadline, may_amend
from portal.errors import PortalError
from portal.queries import own_draft, own_submission
from portal.services import amending, withdrawing
from portal.services.events import actor_of
from portal.views.access import personal, resident_of


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open the filed return again; the check page says what may be changed.

    A visit by address, such as after logging in again, leads to the page with the button.
    """
    resident = resident_of(request)
    submission = own_submission(resident, pk)
    if request.method != "POST":
        return redirect("portal:filing", pk)
    try:
        draft = amending.begin(submission, by=actor_of(resident), now=timezone.now())
    except PortalError as refused:
        messages.warning(request, refused.message)
        return redirect("portal:filing", pk)
    return redirect("portal:check", draft.place)


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def give_up(request: HttpRequest, place: str) -> HttpResponse:
    """Stop amending; what was filed stays as it is."""
    resident = resident_of(request)
    draft = own_draft(resident, place)
    if request.method != "POST" or not draft.submissions.exists():
        return redirect("portal:hub", place)
    draft = amending.give_up(draft, by=actor_of(resident), now=timezone.now())
    messages.success(request, _("やめました。前に送った申告はそのままです。"))
    return redirect("portal:hub", draft.place)


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what a withdrawal means, and send it when the button is pressed."""
    resident = resident_of(request)
    submission = own_submission(resident, pk)
    if request.method != "POST" and may_amend(submission):
        words = {
            "submission": submission,
            "tax_year_title": years.title_of(submission.tax_year),
            "deadline": filing_deadline(submission.tax_year),
            "before_deadline": is_before_deadline(submission, timezone.localdate()),
        }
        return render(request, "portal/withdraw.html", words)
    try:
        withdrawing.withdraw(submission, by=actor_of(resident), now=timezone.now())
    except PortalError as refused:
        messages.warning(request, refused.message)
    return redirect("portal:filing", pk)
