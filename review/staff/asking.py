"""Asking for the 処理事由 where a form was posted without one: nothing that was typed gets lost.

The page that asks carries the posted fields along and posts them, together with the reason, to
where they were going; there the reason is taken off before the view sees them.
"""

from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from review.audit.services import record_by
from review.staff import purpose
from review.staff.access import StaffRequest
from review.staff.forms import ReasonForm
from review.staff.purpose import Purpose
from review.staff.roles import Role

PREFIX = "purpose"
# 428 Precondition Required: a script that posted does not take the page for a success.
MISSING = 428


def ask(request: StaffRequest) -> HttpResponse | None:
    """Return the page that asks, or None when the post brought the reason along.

    Uploaded files cannot be carried; the page says that they have to be chosen again.
    """
    given, carried = _split(request.POST)
    contractor = request.user.holds(Role.CONTRACTOR)
    form = ReasonForm(given or None, prefix=PREFIX, contractor=contractor)
    if form.is_valid():
        give(request, Purpose(**form.cleaned_data))
        cast(Any, request).POST = carried
        return None
    if request.FILES:
        messages.warning(request, _("ファイルは引き継がれません。もう一度選んでください。"))
    fields = [(name, value) for name, values in carried.lists() for value in values]
    return render(
        request, "review/staff/reason.html", {"form": form, "carried": fields}, status=MISSING
    )


def give(request: StaffRequest, given: Purpose) -> None:
    """Keep a reason for this visit and write it into the log."""
    with transaction.atomic():
        record_by(request.actor, "purpose.given", reason=str(given), now=request.now)
    purpose.keep(request.session, given, now=request.now)
    request.purpose = given


def _split(posted: QueryDict) -> tuple[QueryDict, QueryDict]:
    """Return the fields of the reason and all others."""
    given, carried = QueryDict(mutable=True), QueryDict(mutable=True)
    for name, values in posted.lists():
        if name != "csrfmiddlewaretoken":
            (given if name.startswith(f"{PREFIX}-") else carried).setlist(name, values)
    return given, carried
