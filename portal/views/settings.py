"""Settings (設定): reminders, one's own data as a file, drafts erased, the session kept alive."""

import json
from typing import cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal import years
from portal.errors import PortalError
from portal.held import held_of, in_the_way
from portal.models import Draft
from portal.queries import own_drafts, person_of
from portal.records import MOST_SHOWN, lines_of
from portal.services import own_data, reminders
from portal.services.card_login import ties_of
from portal.services.closing import erase_account
from portal.services.events import actor_of
from portal.sessions import SessionStore
from portal.views.access import personal, resident_of
from portal.views.pace import at_pace

FORM = ["GET", "HEAD", "POST"]


class CloseForm(forms.Form):
    """The one box that says that an account is to go for good."""

    sure = forms.BooleanField(
        label=gettext_lazy("元に戻せないことを確かめました"),
        error_messages={"required": gettext_lazy("消すことを確かめて、印を付けてください。")},
    )


@require_http_methods(FORM)
@personal
def settings(request: HttpRequest) -> HttpResponse:
    """Show the settings; store whether reminders are wanted."""
    resident = resident_of(request)
    if request.method == "POST":
        # Without an address there is nothing to mail to: the page does not offer it.
        wanted = request.POST.get("wants_reminders") == "on" and bool(resident.mailbox)
        reminders.choose(resident, wanted=wanted, by=actor_of(resident), now=timezone.now())
        messages.success(request, _("設定を保存しました。"))
        return redirect("portal:settings")
    drafts = [
        (draft, years.title_of(draft.tax_year), draft.submissions.exists(), person_of(draft))
        for draft in own_drafts(resident)
    ]
    words = {
        "resident": resident,
        "drafts": drafts,
        "held": held_of(resident),
        "tied": ties_of(resident).exists(),
    }
    return render(request, "portal/settings.html", words)


@require_safe
@personal
@at_pace("files")
def export(request: HttpRequest) -> HttpResponse:
    """Hand out what the portal holds of this resident."""
    resident, now = resident_of(request), timezone.now()
    ends = request.session.get_expiry_date()
    held = own_data.export(resident, by=actor_of(resident), now=now, session_ends_at=ends)
    name = f"my-data-{timezone.localdate(now):%Y%m%d}.json"
    return HttpResponse(
        json.dumps(held, ensure_ascii=False, indent=2),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
@personal
def records(request: HttpRequest) -> HttpResponse:
    """Show what this resident did here, in words."""
    words = {"lines": lines_of(resident_of(request)), "most": MOST_SHOWN}
    return render(request, "portal/records.html", words)


@require_http_methods(FORM)
@personal
def erase(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask once more, then erase a draft."""
    resident = resident_of(request)
    draft = Draft.objects.filter(resident=resident, pk=pk, state=Draft.State.OPEN).first()
    if draft is None:
        raise Http404
    if request.method == "POST":
        own_data.erase_draft(draft, by=actor_of(resident), now=timezone.now())
        messages.success(request, _("作成中の申告を消しました。"))
        return redirect("portal:settings")
    words = {
        "draft": draft,
        "tax_year_title": years.title_of(draft.tax_year),
        "acts_for": person_of(draft),
        "was_sent": draft.submissions.exists(),
    }
    return render(request, "portal/erase.html", words)


@require_http_methods(FORM)
@personal
def close(request: HttpRequest) -> HttpResponse:
    """Say what goes and what stays, ask once more, then erase the account."""
    resident = resident_of(request)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            erase_account(resident, by=actor_of(resident), now=timezone.now())
        except PortalError as error:
            form.add_error(None, error.message)
        else:
            logout(request)
            messages.success(request, _("利用者登録を消しました。"))
            return redirect("portal:landing")
    words = {
        "form": form,
        "in_the_way": in_the_way(resident),
        "held": held_of(resident),
        "receipts": resident.submissions.exists(),
    }
    return render(request, "portal/close.html", words, status=422 if form.errors else 200)


@require_safe
@personal
def alive(request: HttpRequest) -> HttpResponse:
    """Keep the session alive: asked for, it is prolonged whether due or not."""
    cast(SessionStore, request.session).kept_alive = True
    return HttpResponse(status=204)
