"""Messages (お知らせ): all that was told to a resident, for those without an address as well."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.views.access import personal, resident_of

MOST_SHOWN = 50


@require_safe
@personal
def messages(request: HttpRequest) -> HttpResponse:
    """Show the notices, the newest first, each with where to go."""
    resident = resident_of(request)
    found = resident.notices.select_related("submission").order_by("-created_at", "-pk")
    words = {"notices": found[:MOST_SHOWN], "resident": resident}
    return render(request, "portal/messages.html", words)
