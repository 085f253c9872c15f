"""Both sides of a file (收受両システムの記録): the receiver's slip, and the comparison."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from review.addressees.models import ResidentRun
from review.assessment.models import SourceDocument
from review.audit.services import record_by
from review.errors import Refusal
from review.slips import SystemSlip
from review.sources.models import Arrival
from review.staff.actors import Actor
from review.transfers.models import LinkFile
from review.transfers.targets import all_targets

# Two systems' clocks may differ by this much before a time counts as wrong.
CLOCKS_DIFFER = timedelta(minutes=5)
LATEST = 500
# What other offices of the city send (他部署からの資料); the rest comes from businesses and people.
_Kind = SourceDocument.Kind
FROM_OFFICES = (_Kind.INSURANCE, _Kind.DISABILITY, _Kind.PUBLIC_ASSISTANCE)


@dataclass(frozen=True)
class Compared:
    """A file as both sides recorded it, and what does not agree (empty: all does)."""

    outward: bool
    system: str
    name: str
    sent_at: datetime | None
    received_at: datetime | None
    sent_sha256: str
    received_sha256: str
    sent_count: int | None
    received_count: int | None

    @property
    def problems(self) -> list[str]:
        """Return each mismatch by name."""
        if not self.sent_sha256:
            return [_("送信側の票がありません")]
        if self.received_at is None or self.sent_at is None:
            return [_("受信側の票がありません")]
        found = []
        if self.sent_sha256 != self.received_sha256:
            found.append(_("ハッシュ値が違います"))
        counted = None not in (self.sent_count, self.received_count)
        if counted and self.sent_count != self.received_count:
            found.append(_("件数が違います"))
        if self.received_at < self.sent_at - CLOCKS_DIFFER:
            found.append(_("受信の時刻が送信より前です"))
        return found


def take_receipt(file: LinkFile, slip: SystemSlip, *, by: Actor, now: datetime) -> LinkFile:
    """Keep what the receiver says of a file (受領票), once; a difference is kept and named."""
    with transaction.atomic():
        row = LinkFile.objects.select_for_update().get(pk=file.pk)
        if row.state != LinkFile.State.HANDED_OVER:
            raise Refusal(_("まだ引き渡していないファイルです。"))
        if row.received_at is not None:
            raise Refusal(_("このファイルの受領票は、すでに登録されています。"))
        row.received_at, row.received_sha256 = slip.at, slip.sha256
        row.received_count = slip.count
        row.receipt_taken_by, row.receipt_taken_at = by.id, now
        row.save()
        problems = outward(row).problems
        detail: dict[str, Any] = {"system": slip.system, "problems": problems}
        record_by(
            by,
            "link_file.receipt_taken",
            reason="受領票の登録",
            now=now,
            subject=row.subject,
            detail=detail,
        )
    return row


def report() -> list[Compared]:
    """Return the latest files of both directions, those that do not agree first (LOG-08)."""
    rows = [*_all_outward(), *_all_inward(), *_all_of_residents()]
    return sorted(rows, key=lambda row: not row.problems)


def outward(row: LinkFile) -> Compared:
    """Return a file that went out, as both sides recorded it."""
    system = next(target.name for target in all_targets() if target.id == row.target)
    return Compared(
        outward=True,
        system=system,
        name=row.name,
        sent_at=row.sent_at,
        received_at=row.received_at,
        sent_sha256=row.sha256,
        received_sha256=row.received_sha256,
        sent_count=row.count,
        received_count=row.received_count,
    )


def inward(row: Arrival) -> Compared:
    """Return a file that came in, as both sides recorded it; we are the receiver."""
    return Compared(
        outward=False,
        system=row.sender or "—",
        name=row.name,
        sent_at=row.sent_at,
        received_at=row.taken_at,
        sent_sha256=row.sent_sha256,
        received_sha256=row.sha256,
        sent_count=row.expected_rows,
        received_count=row.counts.get("rows"),
    )


def _of_residents(row: ResidentRun) -> Compared:
    """Return a file of the resident register: taken whole by its digest or not at all."""
    return Compared(
        outward=False,
        system=row.sender or _("既存住基システム"),
        name=row.name,
        sent_at=row.sent_at,
        received_at=row.at,
        sent_sha256=row.sent_sha256,
        received_sha256=row.sha256,
        sent_count=None,
        received_count=sum(row.counts.values()),
    )


def _all_outward() -> Iterator[Compared]:
    done = LinkFile.objects.filter(state=LinkFile.State.HANDED_OVER)
    yield from map(outward, done.order_by("-sent_at")[:LATEST])


def _all_inward() -> Iterator[Compared]:
    came = Arrival.objects.filter(kind__in=FROM_OFFICES).exclude(state=Arrival.State.DROPPED)
    yield from map(inward, came.order_by("-taken_at")[:LATEST])


def _all_of_residents() -> Iterator[Compared]:
    # The daily check of our own numbers reads no file.
    runs = ResidentRun.objects.exclude(kind=ResidentRun.Kind.UNIFIED)
    yield from map(_of_residents, runs.order_by("-at")[:LATEST])
