"""Messages (お知らせ): all that was told to a resident, for those without an address as well."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.models import Notice
from portal.queries import own_drafts
from portal.services.retention import once_of
from portal.views.access import personal, resident_of

MOST_SHOWN = 50


@dataclass(frozen=True)
class Shown:
    """One notice on the page; a warning is over once its draft was saved, sent or erased."""

    notice: Notice
    over: bool


@require_safe
@personal
def messages(request: HttpRequest) -> HttpResponse:
    """Show the notices, the newest first, each with where to go."""
    resident = resident_of(request)
    found = resident.notices.select_related("submission").order_by("-created_at", "-pk")
    warned = {once_of(draft) for draft in own_drafts(resident)}
    shown = [
        Shown(one, over=one.kind == Notice.Kind.EXPIRING and one.once not in warned)
        for one in found[:MOST_SHOWN]
    ]
    words = {"notices": shown, "resident": resident}
    return render(request, "portal/messages.html", words)
