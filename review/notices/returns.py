"""Returned mail (郵便の返戻): what came back, what was found out, and how it ended (NOT-11)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from review.audit.services import record_by
from review.errors import Refusal
from review.notices.models import IssuedDocument, ReturnedMail
from review.staff.actors import Actor

Outcome = ReturnedMail.Outcome


def take_return(
    number: int, *, returned_on: date, why: str, by: Actor, reason: str, now: datetime
) -> ReturnedMail:
    """Write down that a notice came back, by its 発行番号."""
    with transaction.atomic():
        document = IssuedDocument.objects.select_for_update(no_key=True).filter(pk=number).first()
        if document is None or document.kind == IssuedDocument.Kind.CERTIFICATE:
            raise Refusal(_("この発行番号の通知書はありません。通知書の番号を確かめてください。"))
        if ReturnedMail.objects.filter(document=document).exists():
            raise Refusal(_("この通知書の返戻は、すでに登録されています。"))
        made = ReturnedMail.objects.create(
            document=document, returned_on=returned_on, why=why, entered_by=by.id, entered_at=now
        )
        _write_down(made, "mail.returned", by=by, reason=reason, now=now)
    return made


def end_return(
    mail: ReturnedMail,
    *,
    outcome: str,
    finding: str,
    ended_on: date,
    by: Actor,
    reason: str,
    now: datetime,
) -> ReturnedMail:
    """Write down what was found out and how it ended: sent again, 公示送達, or no need."""
    with transaction.atomic():
        locked = ReturnedMail.objects.select_for_update(no_key=True).get(pk=mail.pk)
        if locked.outcome != Outcome.OPEN:
            raise Refusal(_("この返戻は、すでに処理済みです。"))
        if ended_on < locked.returned_on:
            raise Refusal(_("処理日は、返戻日より前にできません。処理日を確かめてください。"))
        locked.outcome, locked.finding, locked.ended_on = outcome, finding, ended_on
        locked.save()
        _write_down(locked, "mail.return_ended", by=by, reason=reason, now=now)
    return locked


def counts_by_year() -> list[dict[str, Any]]:
    """Return how many came back by 課税年度 and how they ended, the latest year first."""
    rows = ReturnedMail.objects.values("document__tax_year", "outcome").annotate(n=Count("pk"))
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["document__tax_year"], {})[row["outcome"]] = row["n"]
    return [
        {
            "tax_year": year,
            "counts": [found[year].get(outcome, 0) for outcome in Outcome.values],
            "all": sum(found[year].values()),
        }
        for year in sorted(found, key=lambda year: -int(year[1:]))
    ]


def _write_down(mail: ReturnedMail, action: str, *, by: Actor, reason: str, now: datetime) -> None:
    person = mail.document.person
    record_by(
        by,
        action,
        reason=reason,
        now=now,
        subject=f"document:{mail.document_id}",
        addressee_number=person.number if person else "",
        four_attributes=person.four_attributes if person else {},
        detail={"outcome": mail.outcome, "returned_on": mail.returned_on.isoformat()},
    )
