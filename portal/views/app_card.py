"""Reading the card and signing with the デジタル認証アプリ: out to the service, and back."""

from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.errors import CardRefused, PortalError
from portal.identity import service
from portal.identity.errors import AppFailed, failure_of
from portal.identity.pages import failure_page, refusal_page
from portal.models import Draft, Resident
from portal.services import drafts, signing
from portal.services.cards import card_of
from portal.services.events import actor_of
from portal.services.submission import submit
from portal.signers import app_flow, app_read, kept_card
from portal.signers.app_flow import Pending, Signed
from portal.views import app_start
from portal.views.access import personal, resident_of
from portal.views.frame import next_url, open_for, version_of
from portal.views.own_number import REFUSED, OwnNumberForm, copy_card
from portal.views.pace import at_pace
from portal.views.start import after_card
from signing.certificates import load

PAGES = {"read": "portal:card", "sign": "portal:sign"}


@require_POST
@personal
@at_pace("signing")
def read(request: HttpRequest, place: str) -> HttpResponse:
    """Keep the typed 個人番号 sealed, and let the app prove whose card it is."""
    draft = _open_draft(request, place)
    form = OwnNumberForm(request.POST)
    if not draft.whose and not form.is_valid():
        return _asks_again(request, place, "read")
    try:
        statement = app_read.statement_for(draft)
        address = app_flow.begin(
            request.session,
            app_read.block_of(statement),
            purpose="read",
            place=place,
            version=version_of(request),
            statement=statement,
            personal_number=_typed(draft, form),
            now=timezone.now(),
        )
    except AppFailed as problem:
        return _refused(request, problem, "read", place)
    return HttpResponseRedirect(address)


def _typed(draft: Draft, form: OwnNumberForm) -> str:
    """Return the filer's number; an agent's own is neither asked nor kept."""
    return "" if draft.whose else str(form.cleaned_data["personal_number"])


def _asks_again(request: HttpRequest, place: str, box: str) -> HttpResponse:
    """Lead back to the card page, which shows the error beside its box."""
    request.session[REFUSED] = box
    return redirect("portal:card", place)


@require_POST
@personal
@at_pace("signing")
def sign(request: HttpRequest, place: str) -> HttpResponse:
    """Make the document for the card that was read, and send the browser to the app."""
    draft = _open_draft(request, place)
    now = timezone.now()
    try:
        certificate = signing.certificate_of(draft)
        if not isinstance(load(certificate).public_key(), rsa.RSAPublicKey):
            raise AppFailed("unsupported", "not_rsa")
        by = actor_of(resident_of(request))
        version = version_of(request)
        row, prepared = signing.prepare(draft, certificate, version=version, by=by, now=now)
        address = app_flow.begin(
            request.session,
            prepared.digest_info,
            purpose="sign",
            place=place,
            version=version,
            prepared=str(row.pk),
            now=now,
        )
    except (PortalError, AppFailed) as problem:
        return _refused(request, problem, "sign", place)
    return HttpResponseRedirect(address)


@never_cache
@require_safe
def signed(request: HttpRequest) -> HttpResponse:
    """Take the service's answer once; what does not hold stores nothing and says why.

    An answer that the return was filed by leads to its receipt again, as where a page was reloaded.
    """
    now = timezone.now()
    if known := _filed(request):
        return known
    try:
        pending = app_flow.take(request.session, request.GET.get("state", ""), now=now)
    except AppFailed as failed:
        kept = request.user.is_authenticated
        return failure_page(request, failed, back=reverse("portal:home"), kept=kept)
    if pending.purpose == app_start.START:
        return _started(request, pending, now)
    return _signed(request, pending, now)


def _started(request: HttpRequest, pending: Pending, now: datetime) -> HttpResponse:
    try:
        result = _result(request, pending, None, now)
        return app_start.finish(request, pending, result, now)
    except (CardRefused, AppFailed) as problem:
        return app_start.refused(request, problem)


@personal
def _signed(request: HttpRequest, pending: Pending, now: datetime) -> HttpResponse:
    try:
        result = _result(request, pending, resident_of(request), now)
        draft, _situation = open_for(request, pending.place)
        if pending.purpose == "read":
            return _keep_card(request, draft, pending, result, now)
        return _submit(request, draft, pending, result, now)
    except (PortalError, AppFailed) as problem:
        # The same answer may have come twice at once.
        return _filed(request) or _refused(request, problem, pending.purpose, pending.place)


def _filed(request: HttpRequest) -> HttpResponse | None:
    """Return the way to the receipt where this answer has led to one, for its resident alone."""
    if not request.user.is_authenticated:
        return None
    pk = app_flow.filed_under(request.GET.get("state", ""), resident_of(request))
    return redirect("portal:receipt", pk) if pk else None


def _result(
    request: HttpRequest, pending: Pending, resident: Resident | None, now: datetime
) -> Signed:
    if "code" not in request.GET:
        said = request.GET.get("error_description", "")
        raise failure_of(request.GET.get("error", ""), said)
    return app_flow.finish(pending, request.GET["code"], resident, now=now)


@require_POST
@personal
@at_pace("signing")
def number(request: HttpRequest, place: str) -> HttpResponse:
    """Copy the card that the resident came in with, and the 個人番号 that they typed."""
    draft = _open_draft(request, place)
    certificate = kept_card.kept(request.session, resident_of(request))
    form = OwnNumberForm(request.POST)
    try:
        if certificate is None:
            raise CardRefused(_("時間がたちました。カードを読み取ってください。"))
        if not draft.whose and not form.is_valid():
            return _asks_again(request, place, "own")
        version, now = version_of(request), timezone.now()
        typed = _typed(draft, form)
        draft = copy_card(request, draft, certificate, typed, version=version, now=now)
    except PortalError as refused:
        messages.error(request, refused.message)
        return redirect("portal:card", place)
    return redirect(next_url(draft, drafts.situation_of(draft)))


def _keep_card(
    request: HttpRequest, draft: Draft, pending: Pending, result: Signed, now: datetime
) -> HttpResponse:
    app_read.check(result, pending.statement, now=now)
    drafts.save_card(
        draft,
        card_of(result.certificate, pending.personal_number, agent=bool(draft.whose)),
        version=pending.version,
        by=actor_of(resident_of(request)),
        now=now,
    )
    return after_card(request, pending.place)


def _submit(
    request: HttpRequest, draft: Draft, pending: Pending, result: Signed, now: datetime
) -> HttpResponse:
    signing.check_signer(draft, result.certificate)
    complete = signing.complete(draft, UUID(pending.prepared), result.signature, now=now)
    resident = resident_of(request)
    with transaction.atomic():
        submission = submit(draft, complete, by=actor_of(resident), now=now)
        app_flow.remember(pending.state, resident, submission.pk)
    return redirect("portal:receipt", submission.pk)


def _open_draft(request: HttpRequest, place: str) -> Draft:
    if not service.available():
        raise Http404
    return open_for(request, place)[0]


def _refused(
    request: HttpRequest, problem: PortalError | AppFailed, purpose: str, place: str
) -> HttpResponse:
    back = reverse(PAGES[purpose], args=[place])
    if isinstance(problem, AppFailed):
        return failure_page(request, problem, back=back, kept=True)
    remedy = _("もとの画面に戻って、もう一度お試しください。")
    return refusal_page(request, problem.message, remedy, back=back, status=422, kept=True)
