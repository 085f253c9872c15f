"""Receiving files (資料の受付): the original is kept, looked at, and released for import."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import IO, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from review.audit.services import record_by
from review.errors import Refusal
from review.slips import SystemSlip
from review.sources import punch, storage
from review.sources.importing import REASON, Totals, read_rows
from review.sources.layouts import UnknownLayout, layout_for
from review.sources.models import Arrival
from review.sources.problems import CHARACTERS, Problem, Unreadable
from review.sources.reading import encoding_of
from review.sources.rows import Row
from review.staff.actors import Actor

MAX_BYTES = 1_000_000_000
PREVIEW_ROWS = 1_000


@dataclass(frozen=True)
class Slip:
    """Count slip (件数票): what the sender says of the file; None where nothing is said."""

    order_number: str = ""
    rows: int | None = None
    total: int | None = None


@dataclass(frozen=True)
class Preview:
    """What the first rows of a file look like, before anything is imported."""

    rows: int
    bad: int
    amount: int
    problems: list[tuple[int, Problem]] = field(default_factory=list)


def receive(
    file: IO[bytes],
    *,
    name: str,
    kind: str,
    tax_year: str,
    received_on: date,
    slip: Slip | None = None,
    sent: SystemSlip | None = None,
    by: Actor,
    now: datetime,
) -> tuple[Arrival, bool]:
    """Keep a file, to be looked at; return it and whether it is new.

    The same content of the same kind and year is one arrival, however often it comes.
    """
    slip = slip or Slip()
    try:
        layout_for(kind, tax_year)
    except UnknownLayout:
        raise Refusal(
            _("この年度の様式が登録されていません。課税年度を確かめてください。")
        ) from None
    has_slip = slip.rows is not None and slip.total is not None
    file = punch.opened(file, order_number=slip.order_number, has_slip=has_slip)
    sha256, size = storage.digest_of(file)
    if not 0 < size <= MAX_BYTES:
        raise Refusal(_("ファイルが空か、大きすぎます。"))
    with transaction.atomic():
        about: dict[str, Any] = {"kind": kind, "tax_year": tax_year, "sha256": sha256}
        again = (Arrival.State.DROPPED, Arrival.State.REFUSED)
        arrival, new = Arrival.objects.exclude(state__in=again).get_or_create(
            **about,
            defaults={
                "name": name[-200:],
                "size": size,
                "encoding": encoding_of(file),
                "received_on": received_on,
                "order_number": slip.order_number,
                "expected_rows": slip.rows,
                "expected_total": slip.total,
                "taken_at": now,
                "taken_by": by.id,
            },
        )
        if new:
            arrival.take_slip(sent)
            arrival.save()
            storage.keep(arrival, file)
            _write_down(arrival, "source.received", by=by, now=now)
    return arrival, new


def preview(arrival: Arrival) -> Preview:
    """Read the first thousand rows and say what would come of them."""
    totals = Totals()
    problems: list[tuple[int, Problem]] = []
    try:
        for line, row in _first(arrival, totals):
            if not isinstance(row, Row):
                problems += [(line, problem) for problem in row]
    except Unreadable as unreadable:
        problems.append((0, Problem(CHARACTERS, "ファイル", str(unreadable))))
    return Preview(totals.rows, totals.bad, totals.amount, problems[:PREVIEW_ROWS])


def release(arrival: Arrival, *, by: Actor, now: datetime) -> Arrival:
    """Let a file that was looked at be imported by the next sweep.

    Refusal where it is not what the sender's slip (送付票) speaks of.
    """
    if arrival.sent_sha256 and arrival.sent_sha256 != arrival.sha256:
        raise Refusal(_("送信側の票とハッシュ値が違います。ファイルを送り直してもらってください。"))
    return _move(arrival, Arrival.State.WAITING, "source.released", by=by, now=now)


def drop(arrival: Arrival, *, by: Actor, now: datetime) -> Arrival:
    """Give a file up before its import (取りやめ); its content is erased."""
    with transaction.atomic():
        dropped = _move(arrival, Arrival.State.DROPPED, "source.dropped", by=by, now=now)
        dropped.parts.all().delete()
    return dropped


def waiting() -> list[UUID]:
    """Return what waits for its import, the oldest first."""
    found = Arrival.objects.filter(state=Arrival.State.WAITING).order_by("taken_at")
    return list(found.values_list("pk", flat=True))


def _first(arrival: Arrival, totals: Totals) -> Iterator[tuple[int, Row | list[Problem]]]:
    return islice(read_rows(arrival, totals), PREVIEW_ROWS)


def _move(arrival: Arrival, state: str, action: str, *, by: Actor, now: datetime) -> Arrival:
    with transaction.atomic():
        locked = Arrival.objects.select_for_update().get(pk=arrival.pk)
        if locked.state != Arrival.State.PREVIEW:
            raise Refusal(_("この受付は、すでに処理されています。"))
        locked.state = state
        locked.save(update_fields=["state"])
        _write_down(locked, action, by=by, now=now)
    return locked


def _write_down(arrival: Arrival, action: str, *, by: Actor, now: datetime) -> None:
    detail = {"kind": arrival.kind, "tax_year": arrival.tax_year, "sha256": arrival.sha256}
    record_by(by, action, reason=REASON, now=now, subject=f"arrival:{arrival.pk}", detail=detail)
