"""Pages about the system itself: health, the exchange, errors."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from config.context import load_municipality_file
from exchange import queries as exchange_queries
from exchange import services as exchange_services
from review.audit.services import record_by
from review.staff.access import StaffRequest, public, staff_only
from review.staff.menu import CASE_ROLES
from review.staff.roles import Role

STATE_WORDS = {
    "due": gettext_noop("送信待ち"),
    "handed_over": gettext_noop("受け渡し済み"),
    "stored": gettext_noop("処理待ち"),
    "done": gettext_noop("処理済み"),
    "needs_person": gettext_noop("要確認"),
}


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Tell a monitor whether this site reaches its database; nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


@staff_only(*CASE_ROLES, Role.ADMIN)
@require_safe
def exchange(request: StaffRequest) -> HttpResponse:
    """The exchange (連携の状況): hops, ages, and what needs a person."""
    hops = exchange_queries.hops(request.now)
    context = {"hops": {name: _in_words(side) for name, side in hops.items()}}
    return render(request, "review/exchange.html", context)


def _in_words(side: dict[str, Any]) -> dict[str, Any]:
    """Give counts their words, and ages in the unit that one reads at a glance."""
    words = [(_(STATE_WORDS.get(state, state)), n) for state, n in side["counts"].items()]
    waiting = [{**row, "age": _age(row["age_seconds"])} for row in side["waiting"]]
    return {"words": words, "waiting": waiting}


def _age(seconds: int) -> str:
    minutes = max(seconds, 0) // 60
    if minutes < 60:
        return _("%(n)s分") % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(n)s時間") % {"n": minutes // 60}
    return _("%(n)s日") % {"n": minutes // (24 * 60)}


@staff_only(Role.ADMIN, Role.CLERK)
@require_POST
def resend(request: StaffRequest, message_id: UUID) -> HttpResponse:
    """Make a message due at once (再送): the same message, never a new one."""
    with transaction.atomic():
        found = exchange_services.resend(message_id, now=request.now)
        record_by(
            request.actor,
            "exchange.resent",
            reason=str(request.purpose or _("連携の再送")),
            now=request.now,
            subject=f"message:{message_id}",
            detail={"found": bool(found)},
        )
    if found:
        messages.success(request, _("もう一度送ります。"))
    else:
        messages.error(request, _("この連絡は、再送の対象ではありません。"))
    return redirect("exchange")


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
