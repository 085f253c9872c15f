"""The end of the interview: check the answers, sign, submit."""

import base64
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal import years
from portal.errors import PortalError, SigningRefused
from portal.interview.flow import first_step, is_begun, open_step, sections_for, unfinished
from portal.interview.left_out import told_of
from portal.interview.links import url_of
from portal.interview.model import Situation
from portal.interview.payload import answers
from portal.interview.summary import blocks
from portal.last_year import changes_since_last_year
from portal.models import Draft, Paper
from portal.papers.queries import open_papers, sent_before
from portal.problems import findings
from portal.services import signing
from portal.services.events import actor_of
from portal.services.submission import submit
from portal.signers import available, offered
from portal.views.access import personal, resident_of
from portal.views.frame import frame, open_for, version_of
from portal.views.pace import at_pace


@require_safe
@personal
def check(request: HttpRequest, place: str) -> HttpResponse:
    """Show every answer with its 変更, what is still open, and what has to be mended."""
    draft, situation = open_for(request, place)
    if draft.state == Draft.State.SUBMITTED:
        return redirect("portal:hub", place)
    waiting = unfinished(situation)
    found = [] if waiting else findings(draft, situation)
    errors = [f for f in found if f.level == "error"]
    papers = open_papers(draft)
    held = any(paper.scan == Paper.Scan.WAITING for paper in papers)
    ready = _may_sign(situation) and not waiting and not errors and not held
    words = {
        "blocks": blocks(situation, linked=True),
        "waiting": [(s.title, url_of(place, open_step(s, situation))) for s in waiting],
        "errors": errors,
        "has_errors": bool(errors),
        "warnings": [f for f in found if f.level == "warning"],
        "optional": [
            (section.title, url_of(place, first_step(section, situation), back="check"))
            for section in sections_for(situation)
            if section.optional and not is_begun(section, situation) and not situation.locked
        ],
        "told": told_of(situation),
        "since_last_year": changes_since_last_year(draft, situation) if not waiting else [],
        "ready": ready,
        "overview": True,
        "papers": papers,
        "held": held,
        "earlier": sent_before(draft) if situation.version > 1 else [],
    }
    # Signed below the answers; the page of its own says why a signature was refused.
    words |= {"signers": available(), **_about_signing(draft, situation)} if ready else {}
    return render(request, "portal/check.html", frame(draft, situation, "finish") | words)


@require_safe
@personal
def sign(request: HttpRequest, place: str) -> HttpResponse:
    """Say what is signed, with which card, and what happens next."""
    draft, situation = open_for(request, place)
    if draft.state == Draft.State.SUBMITTED:
        return redirect("portal:hub", place)
    if not _ready(draft, situation):
        return redirect("portal:check", place)
    return _sign_page(request, draft, situation)


def _ready(draft: Draft, situation: Situation) -> bool:
    if not _may_sign(situation) or unfinished(situation):
        return False
    return not [f for f in findings(draft, situation) if f.level == "error"]


def _may_sign(situation: Situation) -> bool:
    """Whether it is known who files, and the card of who signs was read for this version."""
    return situation.parties_are_known and situation.card_is_read


def _sign_page(
    request: HttpRequest, draft: Draft, situation: Situation, error: str = "", status: int = 200
) -> HttpResponse:
    words = {
        "signers": offered(),
        "error": error,
        "has_errors": bool(error),
        "warnings": [f for f in findings(draft, situation) if f.level == "warning"],
        "papers": [p for p in open_papers(draft) if p.scan != Paper.Scan.INFECTED],
    } | _about_signing(draft, situation)
    return render(
        request, "portal/sign.html", frame(draft, situation, "finish") | words, status=status
    )


def _about_signing(draft: Draft, situation: Situation) -> dict[str, Any]:
    """Return what is signed, with which card, and what happens then."""
    return {
        "signed": [_title(draft, situation)],
        "card_words": _("%(name)sさんのカードの署名用電子証明書")
        % {"name": situation.card["name"]},
        "follows": _("署名が正しければ送信し、受付番号を出します。"),
        "tries_left": signing.tries_left(
            draft.resident, situation.card.get("certificate_sha256", "")
        ),
    }


def _title(draft: Draft, situation: Situation) -> str:
    facts = {"year": years.title_of(draft.tax_year), "name": situation.principal.get("name", "")}
    family = _holds_number(answers(situation))
    if situation.principal and family:
        said = _(
            "%(name)sさんの%(year)sの住民税申告書"
            "(あなたが代理人です。本人と家族のマイナンバーを含みます)"
        )
    elif situation.principal:
        said = _(
            "%(name)sさんの%(year)sの住民税申告書(あなたが代理人です。本人のマイナンバーを含みます)"
        )
    elif family:
        said = _("%(year)sの住民税申告書(あなたと家族のマイナンバーを含みます)")
    else:
        said = _("%(year)sの住民税申告書(あなたのマイナンバーを含みます)")
    return said % facts


def _holds_number(answered: Any) -> bool:
    """Tell whether a 個人番号 stands anywhere among answers; the filer's own stands beside them."""
    if isinstance(answered, dict):
        there = bool(answered.get("personal_number"))
        return there or any(_holds_number(one) for one in answered.values())
    return isinstance(answered, list) and any(_holds_number(one) for one in answered)


@require_POST
@personal
@at_pace("signing")
def sign_prepare(request: HttpRequest, place: str) -> HttpResponse:
    """Make the document for this certificate; answer with what the card has to sign."""
    draft, _situation = open_for(request, place)
    try:
        certificate = signing.decode(request.POST.get("certificate", ""))
        row, prepared = signing.prepare(
            draft,
            certificate,
            version=version_of(request),
            by=actor_of(resident_of(request)),
            now=timezone.now(),
        )
    except PortalError as refused:
        return JsonResponse({"error": refused.message}, status=422)
    return JsonResponse(
        {"prepared": str(row.pk), "signed_info": base64.b64encode(prepared.signed_info).decode()}
    )


@require_POST
@personal
@at_pace("signing")
def sign_wrong_pin(request: HttpRequest, place: str) -> HttpResponse:
    """Count a wrong PIN, so that five tries are five tries in every tab and device."""
    draft, _situation = open_for(request, place)
    by, now = actor_of(resident_of(request)), timezone.now()
    try:
        certificate = signing.decode(request.POST.get("certificate", ""))
        left = signing.count_wrong_pin(draft, certificate, by=by, now=now)
    except SigningRefused as refused:
        return JsonResponse({"error": refused.message}, status=422)
    return JsonResponse({"left": left})


@require_POST
@personal
@at_pace("signing")
def sign_submit(request: HttpRequest, place: str) -> HttpResponse:
    """Assemble, verify, submit; whatever does not hold stores nothing and says why."""
    draft, situation = open_for(request, place)
    by, now = actor_of(resident_of(request)), timezone.now()
    try:
        if draft.state != Draft.State.SUBMITTED:
            signed = signing.complete(
                draft,
                _uuid(request.POST.get("prepared", "")),
                signing.decode(request.POST.get("signature", "")),
                now=now,
            )
            submission = submit(draft, signed, by=by, now=now)
            return redirect("portal:receipt", submission.pk)
    except PortalError as refused:
        draft, situation = open_for(request, place)
        if draft.state != Draft.State.SUBMITTED:
            return _sign_page(request, draft, situation, error=refused.message, status=422)
    return redirect("portal:receipt", draft.submissions.latest("submitted_at").pk)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise SigningRefused(
            _("署名がありません。カードで署名してから送信してください。")
        ) from error
