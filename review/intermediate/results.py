"""Inquiry results (情報照会の結果): taken from the terminal, shown for some days, then gone."""

import hashlib
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from review.addressees.models import Addressee
from review.addressees.relations import addressee_of
from review.audit.services import record_by
from review.intermediate import folder, formats
from review.intermediate.models import InquiryResult
from review.staff.actors import Actor

REASON = "情報照会の結果の受領"


def take(*, by: Actor, now: datetime) -> dict[str, int]:
    """Keep what the terminal brought, sealed; the files go. Nobody's result stays in the folder."""
    counts = {"taken": 0, "unreadable": 0, "unknown": 0}
    for path in folder.arrived("result-"):
        content = path.read_bytes()
        try:
            result = formats.read_result(content)
        except formats.Unreadable:
            counts["unreadable"] += 1
            continue
        person = addressee_of(result.unified_number)
        if person is None:
            counts["unknown"] += 1
            continue
        _keep(person, result, hashlib.sha256(content).hexdigest(), by=by, now=now)
        path.unlink()
        counts["taken"] += 1
    return counts


def _keep(
    person: Addressee, result: formats.Result, sha256: str, *, by: Actor, now: datetime
) -> None:
    with transaction.atomic():
        if InquiryResult.objects.filter(sha256=sha256).exists():
            return
        row = InquiryResult(
            addressee=person,
            title=result.title,
            sha256=sha256,
            finished_at=result.finished_at,
            taken_by=by.id,
        )
        row.seal(result.items)
        row.save(force_insert=True)
        record_by(
            by,
            "inquiry.taken",
            reason=REASON,
            now=now,
            subject=f"inquiry:{row.pk}",
            addressee_number=person.number,
            four_attributes=person.four_attributes,
            detail={"title": result.title, "sha256": sha256},
        )


def due(last: date) -> QuerySet[InquiryResult]:
    """Return the results whose inquiry was finished on a day or before."""
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    return InquiryResult.objects.filter(finished_at__lt=end)


def forget(last: date | None, *, by: Actor, now: datetime) -> int:
    """Erase the results of inquiries that were finished by `last`; return how many."""
    if last is None:
        return 0
    with transaction.atomic():
        gone = due(last).delete()[0]
        if gone:
            detail = {"count": gone, "until": last.isoformat()}
            record_by(by, "inquiry.erased", reason="情報照会の結果の消去", now=now, detail=detail)
    return gone
