"""Import (資料の取込): a file is read once, line by line; good rows count, bad ones are listed."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, time
from functools import partial
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q

from config.context import load_municipality_file
from review import year_keys
from review.assessment.models import SourceDocument
from review.audit.services import record_by
from review.sealed_fields import sealed_field
from review.sources import applying, formats, storage
from review.sources.finding import Finder, seal_subject
from review.sources.models import Arrival, Entry
from review.sources.problems import Problem, Unreadable
from review.sources.rows import Row, encode
from review.sources.staging import Stage
from review.staff.actors import Actor

REASON = "課税資料の取込"
CITY_TIME = ZoneInfo("Asia/Tokyo")
MOST_PROBLEMS = 20
BATCH = 5_000
_CONTENT = sealed_field(SourceDocument, "content")


def import_arrival(arrival: Arrival, *, by: Actor, now: datetime) -> Arrival:
    """Import a file that waits (取込待ち), all of it in one transaction; done already: nothing.

    A file whose rows or total are not those of its 件数票 is refused whole.
    """
    with transaction.atomic():
        # One that another worker is importing now is that worker's.
        rows = Arrival.objects.select_for_update(skip_locked=True)
        locked = rows.filter(pk=arrival.pk, state=Arrival.State.WAITING).first()
        if locked is None:
            return Arrival.objects.get(pk=arrival.pk)
        applying.lock_sources()
        try:
            # What is in when the file turns out to be no good goes with this block.
            with transaction.atomic():
                totals = _take_in(locked, now)
        except Unreadable as unreadable:
            return _refuse(locked, str(unreadable), by=by, now=now)
        applying.apply(locked, now=now)
        locked.counts |= _outcome(locked, totals)
        locked.finished_at = now
        locked.state = Arrival.State.IMPORTED
        locked.save()
        _write_down(locked, by=by, now=now)
    return locked


def _refuse(arrival: Arrival, trouble: str, *, by: Actor, now: datetime) -> Arrival:
    arrival.state, arrival.trouble = Arrival.State.REFUSED, trouble
    arrival.finished_at = now
    arrival.save()
    _write_down(arrival, by=by, now=now)
    return arrival


class Totals:
    """Control totals (件数と金額) of one reading."""

    def __init__(self) -> None:
        self.rows = self.good = self.bad = self.amount = 0
        self.dropped: Counter[int] = Counter()

    @property
    def as_json(self) -> dict[str, int]:
        names = ("rows", "good", "bad", "amount")
        found = {name: getattr(self, name) for name in names}
        return found | {"dropped": sum(self.dropped.values())}


def read_rows(arrival: Arrival, totals: Totals) -> Iterator[tuple[int, Row | list[Problem]]]:
    """Yield line number and row, or what is wrong with it, and keep the totals."""
    codes = municipality_codes()
    with storage.open_original(arrival) as file:
        for line, dropped, row in formats.rows_of(arrival, file, codes):
            totals.rows += 1
            if isinstance(row, Row):
                totals.good += 1
                totals.amount += row.amount
                totals.dropped.update(dropped)
            else:
                totals.bad += 1
            yield line, row


def municipality_codes() -> list[str]:
    """Return the codes under which documents may be addressed to this city and its wards."""
    city = load_municipality_file(settings.MUNICIPALITY_FILE)
    return [city["code"], *(ward["code"] for ward in city.get("wards", []))]


def _take_in(arrival: Arrival, now: datetime) -> Totals:
    """Read all rows into the database; Unreadable where they are not those of the 件数票."""
    totals = Totals()
    rows = read_rows(arrival, totals)
    stage = Stage(
        arrival=arrival.pk,
        kind=arrival.kind,
        tax_year=arrival.tax_year,
        received_on=arrival.received_on,
        received_at=datetime.combine(arrival.received_on, time(), CITY_TIME),
        now=now,
    )
    with stage:
        seal = partial(_sealed_content, arrival.kind, year_keys.sealer(arrival.tax_year))
        sealed = ((line, row, seal(row) if isinstance(row, Row) else b"") for line, row in rows)
        while batch := list(islice(sealed, BATCH)):
            # All that needs no database is done of the batch while it makes those before.
            finder = Finder([row.subject for _line, row, _content in batch if isinstance(row, Row)])
            stage.add(
                _good(line, row, finder, content) if isinstance(row, Row) else _bad(line, row)
                for line, row, content in batch
            )
    arrival.dropped = {str(no): count for no, count in sorted(totals.dropped.items())}
    arrival.counts = totals.as_json
    if trouble := _differs_from_slip(arrival, totals):
        raise Unreadable(trouble)
    return totals


def _good(line: int, row: Row, finder: Finder, content: bytes) -> tuple[Any, ...]:
    """The content is sealed for its document; the person only where the register has none."""
    subject = row.subject
    index, person, method = finder.find(subject)
    sealed = None if person else seal_subject(row)
    return (
        *(line, row.division, row.key, row.digest, index, person, method),
        *(content, sealed, None),
    )


def _sealed_content(kind: str, seal: Callable[[bytes, str], bytes], row: Row) -> bytes:
    name = _CONTENT.row_name({"kind": kind, "source": f"{row.key}-{row.digest}"})
    return seal(row.content.encode(), name)


def _bad(line: int, problems: list[Problem]) -> tuple[Any, ...]:
    listed = encode([vars(one) for one in problems[:MOST_PROBLEMS]])
    return (line, *([None] * 8), listed)


def _differs_from_slip(arrival: Arrival, totals: Totals) -> str:
    if arrival.expected_rows is not None and arrival.expected_rows != totals.rows:
        return f"件数票は{arrival.expected_rows}件、ファイルは{totals.rows}件です。"
    if arrival.expected_total is not None and arrival.expected_total != totals.amount:
        return "金額の合計が件数票と違います。誤りの行を直したファイルを受け取ってください。"
    return ""


def _outcome(arrival: Arrival, totals: Totals) -> dict[str, int]:
    """Return what became of the good rows."""
    found = Entry.objects.filter(arrival=arrival).aggregate(
        stored=Count("id"),
        linked=Count("id", filter=Q(addressee__isnull=False)),
        unlinked=Count("id", filter=Q(addressee__isnull=True)),
        corrections=Count("id", filter=Q(division=Entry.Division.CORRECTED)),
        cancellations=Count("id", filter=Q(division=Entry.Division.CANCELLED)),
    )
    return {**found, "repeated": totals.good - found["stored"]}


def _write_down(arrival: Arrival, *, by: Actor, now: datetime) -> None:
    done = arrival.state == Arrival.State.IMPORTED
    record_by(
        by,
        "source.imported" if done else "source.refused",
        reason=REASON,
        now=now,
        subject=f"arrival:{arrival.pk}",
        detail={"kind": arrival.kind, "sha256": arrival.sha256, **arrival.counts},
    )
