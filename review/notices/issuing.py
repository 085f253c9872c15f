"""Issuing (発行・再発行): a number, the content as it is, the log entry, and the PDF."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.pdf import render
from review.assessment.preparing import municipality
from review.audit.services import record_by
from review.errors import Refusal
from review.levy.models import Collection, Decision
from review.notices import contents
from review.notices.models import IssuedDocument
from review.rights.services import refuse_stopped
from review.staff.actors import Actor

PAGE = Path(__file__).with_name("notice.typ")
Kind = IssuedDocument.Kind


def issue(
    decision: Decision, kind: str, *, by: Actor, reason: str, now: datetime
) -> tuple[IssuedDocument, bytes]:
    """Issue a document about a decision; return its row and its PDF."""
    with transaction.atomic():
        refuse_stopped(decision.addressee)
        content = content_for(decision, kind)
        document = IssuedDocument.objects.create(
            kind=kind,
            tax_year=decision.tax_year,
            decision=decision,
            content=content,
            issued_at=now,
            issued_by=by.id,
        )
        pdf = pdf_of(document)
        document.sha256 = hashlib.sha256(pdf).hexdigest()
        document.save(update_fields=["sha256"])
        _write_down(document, "document.issued", by=by, reason=reason, now=now)
    return document, pdf


def reissue(
    first: IssuedDocument, *, by: Actor, reason: str, now: datetime
) -> tuple[IssuedDocument, bytes]:
    """Issue a document again (再発行): another number, the same content (NOT-04)."""
    with transaction.atomic():
        origin = first.first_issue or first
        if origin.decision:
            refuse_stopped(origin.decision.addressee)
        document = IssuedDocument.objects.create(
            kind=origin.kind,
            tax_year=origin.tax_year,
            decision=origin.decision,
            content=origin.content,
            first_issue=origin,
            issued_at=now,
            issued_by=by.id,
        )
        pdf = pdf_of(document)
        document.sha256 = hashlib.sha256(pdf).hexdigest()
        document.save(update_fields=["sha256"])
        _write_down(document, "document.reissued", by=by, reason=reason, now=now)
    return document, pdf


def content_for(decision: Decision, kind: str) -> dict[str, Any]:
    """Return what a document of this kind says about a decision; Refusal where there is none."""
    if decision.state != Decision.State.DECIDED:
        raise Refusal(_("決定されていない賦課の通知書や証明書は発行できません。"))
    if kind == Kind.CERTIFICATE:
        return contents.certificate(decision)
    if kind == Kind.ORDINARY:
        ways = (Collection.Method.ORDINARY, Collection.Method.PENSION, Collection.Method.EXTRA)
        if not decision.assessment.collections.filter(method__in=ways).exists():
            raise Refusal(_("普通徴収・年金特別徴収の税額がないため、納税通知書はありません。"))
        return contents.ordinary_notice(decision)
    if kind == Kind.CHANGE:
        return contents.change_notice(decision, _before(decision))
    row = decision.assessment.collections.filter(method=Collection.Method.SALARY).first()
    if row is None:
        raise Refusal(_("給与特別徴収の税額がないため、この通知書はありません。"))
    return contents.employee_notice(decision, row)


def _before(decision: Decision) -> Decision:
    before = Decision.objects.filter(
        tax_year=decision.tax_year,
        addressee=decision.addressee,
        number=decision.number - 1,
        state=Decision.State.DECIDED,
    ).first()
    if before is None:
        raise Refusal(_("当初の決定には、変更通知書はありません。"))
    return before


def pdf_of(*documents: IssuedDocument) -> bytes:
    """Return documents as one tagged PDF; the same documents give the same bytes."""
    return pdf_of_contents(
        [document.content | {"number": str(document.number)} for document in documents],
        at=documents[0].issued_at,
    )


def pdf_of_contents(notices: Sequence[dict[str, Any]], *, at: datetime) -> bytes:
    """Return the pages of many notices as one PDF: setting up costs more than a page."""
    data = {"title": notices[0]["title"], "author": municipality(), "notices": notices}
    return render(PAGE, data, at=at)


def _write_down(
    document: IssuedDocument, action: str, *, by: Actor, reason: str, now: datetime
) -> None:
    person = document.decision.addressee if document.decision else None
    record_by(
        by,
        action,
        reason=reason,
        now=now,
        subject=f"document:{document.number}",
        addressee_number=person.number if person else "",
        four_attributes=person.four_attributes if person else {},
        detail={"kind": document.kind, "sha256": document.sha256},
    )
