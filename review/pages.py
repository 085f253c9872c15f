"""Pages about the system itself: health and errors."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from config.context import load_municipality_file
from review.staff.access import public


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Tell a monitor whether this site reaches its database; nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


def _error(request: HttpRequest, code: int) -> HttpResponse:
    return render(request, f"review/errors/{code}.html", status=code)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the page was open for too long instead of showing Django's own page."""
    return render(request, "review/errors/csrf.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The last resort: without request, database or session, as one of them may be what broke."""
    context = {"municipality": load_municipality_file(settings.MUNICIPALITY_FILE)}
    return HttpResponse(render_to_string("review/errors/500.html", context), status=500)
