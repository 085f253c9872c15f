"""Issuing (発行・再発行): a number, the content as it is, the log entry, and the PDF."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.pdf import UndrawableError, render
from review.assessment.preparing import municipality
from review.audit.services import record_by
from review.errors import Refusal
from review.levy.models import Collection, Decision
from review.mailing.contents import sections
from review.notices import contents
from review.notices.again import names_stopped
from review.notices.due import before_of
from review.notices.models import FORMS, IssuedDocument
from review.notices.months import months_of
from review.rights.services import refuse_stopped
from review.staff.actors import Actor

PAGE, FORM = (Path(__file__).with_name(name) for name in ("notice.typ", "form.typ"))
Kind, Method = IssuedDocument.Kind, Collection.Method
#: What may be issued from a person's page; an employer's notice goes by order.
TO_PERSONS = frozenset(Kind) - {Kind.EMPLOYER, Kind.EMPLOYER_CHANGE, *FORMS}
_FOR_EMPLOYEES = (Kind.EMPLOYEE, Kind.EMPLOYEE_CHANGE)


def issue(
    decision: Decision, kind: str, *, by: Actor, reason: str, now: datetime
) -> tuple[IssuedDocument, bytes]:
    """Issue a document about a decision; return its row and its PDF."""
    content = content_for(decision, kind, timezone.localdate(now))
    employer = _employer(decision) if kind in _FOR_EMPLOYEES else None
    document = IssuedDocument(
        kind=kind,
        tax_year=decision.tax_year,
        decision=decision,
        employer=employer.employer if employer else "",
        employer_number=employer.employer_number if employer else "",
        content=content,
    )
    return _store(document, "document.issued", by=by, reason=reason, now=now)


def reissue(
    first: IssuedDocument, *, by: Actor, reason: str, now: datetime
) -> tuple[IssuedDocument, bytes]:
    """Issue a document again (再発行): another number, the same content (NOT-04)."""
    origin = first.first_issue or first
    document = IssuedDocument(
        kind=origin.kind,
        tax_year=origin.tax_year,
        decision=origin.decision,
        employer=origin.employer,
        employer_number=origin.employer_number,
        target=origin.target,
        content=origin.content,
        first_issue=origin,
    )
    return _store(document, "document.reissued", by=by, reason=reason, now=now)


def _store(
    document: IssuedDocument, action: str, *, by: Actor, reason: str, now: datetime
) -> tuple[IssuedDocument, bytes]:
    document.issued_at, document.issued_by = now, by.id
    with transaction.atomic():
        if document.person:
            refuse_stopped(document.person)
        elif names_stopped(document):
            raise Refusal(
                _(
                    "利用停止のかかった人の名前があります。解除を待つか、ファイルごと再発行してください。"
                )
            )
        # The number stands on the page, so that the row comes before its hash.
        document.save(force_insert=True)
        pdf = pdf_of(document)
        document.sha256 = hashlib.sha256(pdf).hexdigest()
        document.save(update_fields=["sha256"])
        _write_down(document, action, by=by, reason=reason, now=now)
    return document, pdf


def content_for(decision: Decision, kind: str, day: date) -> dict[str, Any]:
    """Return what a document of this kind says about a decision; Refusal where there is none."""
    if decision.state != Decision.State.DECIDED:
        raise Refusal(_("決定されていない賦課の通知書や証明書は発行できません。"))
    if kind == Kind.CERTIFICATE:
        return contents.certificate(decision)
    if kind == Kind.ORDINARY:
        if all(row.method == Method.SALARY for row in contents.rows_of(decision)):
            raise Refusal(_("普通徴収・年金特別徴収の税額がないため、納税通知書はありません。"))
        return contents.ordinary_notice(decision, day)
    if kind == Kind.CHANGE:
        return contents.change_notice(decision, _before(decision), day)
    row = _employer(decision)
    if row is None:
        raise Refusal(_("給与特別徴収の税額がないため、この通知書はありません。"))
    if kind == Kind.EMPLOYEE:
        return contents.employee_notice(decision, row, day)
    before = _before(decision)
    months = months_of(_employer(before), row)
    return contents.employee_change(decision, before, row.employer, months, day)


def _employer(decision: Decision) -> Collection | None:
    rows = contents.rows_of(decision)
    return next((row for row in rows if row.method == Method.SALARY), None)


def _before(decision: Decision) -> Decision:
    if decision.number == 1:
        raise Refusal(_("当初の決定には、変更通知書はありません。"))
    return before_of(decision)


def pdf_of(*documents: IssuedDocument) -> bytes:
    """Return documents as one tagged PDF; the same documents give the same bytes."""
    return pdf_of_contents(
        [document.content | {"number": str(document.number)} for document in documents],
        at=documents[0].issued_at,
    )


def pdf_of_contents(notices: Sequence[dict[str, Any]], *, at: datetime) -> bytes:
    """Return the pages of many notices as one PDF: setting up costs more than a page.

    Refusal where a character cannot be printed: nobody gets a notice with a hole in their name.
    """
    data = {"title": notices[0]["title"], "author": municipality(), "notices": notices}
    page, boxes = PAGE, notices[0].get("boxes")
    if boxes:
        page, data = FORM, data | {"sections": sections(boxes)}
    try:
        return render(page, data, at=at)
    except UndrawableError as error:
        text = _("「%(text)s」を印刷できる書体がありません。宛名の登録を確かめてください。")
        raise Refusal(text % {"text": error}) from error


def _write_down(
    document: IssuedDocument, action: str, *, by: Actor, reason: str, now: datetime
) -> None:
    person = document.person
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
