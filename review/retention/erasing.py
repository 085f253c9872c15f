"""Carrying out (消去の実行): chunk by chunk, to be interrupted anywhere and gone on with.

Every chunk is one transaction: look again, archive, erase, note it on the items. A run that was
killed goes on with the items that are still pending; the certificate counts what is gone and says
that it is not finished until it is.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from review import year_keys, year_locks
from review.addressees.models import Addressee
from review.cases.models import Case, Original
from review.errors import Refusal
from review.intermediate import deletions
from review.retention import archive, in_backups, proof, stores
from review.retention.bodies import erase_bodies
from review.retention.deleting import CHUNK_IDS, KINDS, delete, leave_out, mark_erased, take_chunk
from review.retention.keeping import held_people, reasons_to_keep
from review.retention.leavers import STILL_NAMED, named
from review.retention.models import Erasure, Run, RunItem
from review.retention.planning import ASSESSMENT, CASES
from review.retention.runs import RUN_LOCK, lock_runs, locked, log
from review.retention.yearly import years_with
from review.staff.actors import Actor

# A chunk is one transaction: its locks last for it, and a kill loses no more than it.
CHUNK = 20_000
# A file takes its rows along, a hundred thousand of some.
SMALLER = {"arrivals": 10}
SHOWN_ITEMS = 10_000
CHUNK_ITEMS = RawSQL("SELECT item FROM erasing_now", [])
CHUNK_FILINGS = RawSQL("SELECT c.filing_id FROM cases_case c JOIN erasing_now n ON n.id = c.id", [])
PERSON_OF = {
    "assessments": "basis__addressee__number",
    "merged_bases": "addressee__number",
    "disagreements": "addressee__number",
    "source_documents": "addressee__number",
    "year_people": "addressee__number",
    "basics_changes": "addressee__number",
    "dependant_acts": "claimant__number",
    "arrivals": "entries__addressee__number",
    "addressees": "number",
    "rights": "addressee__number",
}
# They name many people: whoever of the year is held keeps them all.
OF_WHOLE_YEARS = ("issued_documents", "print_files", "notice_orders", "year_runs")
# No records of a person that must be kept elsewhere: the log, and lists of ids.
NOT_ARCHIVED = ("log", "run-lists", "certificates")


def carry_out(run: Run, *, by: Actor, now: datetime) -> Run:
    """Erase what an approved run lists, or go on with one that was interrupted."""
    with _alone():
        run = _start(run, by=by, now=now)
        certificates = []
        for procedure in _procedures(run):
            certificate = _certificate(run, procedure, by=by, now=now)
            certificates.append(certificate)
            for kind in KINDS:
                _erase_kind(run, certificate, kind, by=by, now=now)
            if procedure == CASES:
                erase_bodies(run, certificate, by=by, now=now)
        # All is gone before anything is proven: what a killed run left half done is no leftover.
        for certificate in certificates:
            _destroy_keys(run, certificate)
        _finish_certificates(run, certificates, now=now)
        return _finish(run, by=by, now=now)


def _start(run: Run, *, by: Actor, now: datetime) -> Run:
    with transaction.atomic():
        row = locked(run, Run.State.APPROVED, Run.State.RUNNING)
        if row.not_before is None or now < row.not_before:
            raise Refusal(_("待機期間が終わるまで、消去はできません。"))
        if row.state == Run.State.APPROVED:
            row.state = Run.State.RUNNING
            row.save(update_fields=["state"])
            log(row, "retention.started", by, now)
    return row


def _certificate(run: Run, procedure: str, *, by: Actor, now: datetime) -> Erasure:
    with transaction.atomic():
        lock_runs()
        known = Erasure.objects.filter(run=run, procedure=procedure).first()
        if known:
            return known
        return Erasure.objects.create(
            number=(Erasure.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
            run=run,
            procedure=procedure,
            as_of=run.as_of,
            made_at=now,
            made_by=by.id,
            counts={},
            items=[],
            digest=run.digest,
            archive={"parts": []},
        )


def _erase_kind(run: Run, certificate: Erasure, kind: str, *, by: Actor, now: datetime) -> None:
    last: int | None = 0
    while last is not None:
        last = _erase_chunk(run, certificate, kind, after=last, by=by, now=now)


def _erase_chunk(
    run: Run, certificate: Erasure, kind: str, *, after: int, by: Actor, now: datetime
) -> int | None:
    """Erase one chunk of pending items; return the last one's id, None where none was left."""
    with transaction.atomic():
        size = min(CHUNK, SMALLER.get(kind, CHUNK))
        count, last = take_chunk(run, certificate.procedure, kind, after=after, size=size)
        if not count:
            return None
        kept = _kept_now(run, kind)
        if kept:
            count -= _keep(run, kind, kept)
        certificate.refresh_from_db()
        _archive(run, certificate, kind, count)
        if kind == "assessments":
            deletions.order(run.number)
        gone = delete(kind, certificate=certificate.pk)
        mark_erased()
        _count(certificate, kind, count, gone)
        # The database lets no case go without an entry in the log of the same transaction. It
        # comes last: the log's one lock is held only until the commit that follows.
        part = {"certificate": certificate.number, "kind": kind, "count": count}
        log(run, "retention.part_erased", by, now, **part)
    return last


def _keep(run: Run, kind: str, kept: dict[str, str]) -> int:
    """Leave out what may not go any more: time has passed since the list was made."""
    items = list(RunItem.objects.filter(run=run, kind=kind, record__in=kept))
    for item in items:
        item.state, item.why = RunItem.State.KEPT, kept[item.record][:120]
    RunItem.objects.bulk_update(items, ["state", "why"])
    leave_out([item.pk for item in items])
    return len(items)


def _kept_now(run: Run, kind: str) -> dict[str, str]:
    """Return which of the chunk's records may not go by the holds and states of now, and why."""
    if kind == "cases":
        # All versions of a filing are looked at together: one that must stay keeps the others.
        chosen = Case.objects.filter(pk__in=CHUNK_IDS)
        cases = Case.objects.filter(filing_id__in=CHUNK_FILINGS)
        _lock(cases)
        why = reasons_to_keep(cases, over=run.years, as_of=run.as_of)
        kept = chosen.filter(filing_id__in=why).values_list("pk", "filing_id") if why else ()
        return {str(pk): why[filing] for pk, filing in kept}
    if kind == "addressees":
        # Locked first: a record that comes now waits for the commit and finds nobody.
        people = Addressee.objects.filter(pk__in=CHUNK_IDS)
        _lock(people)
        still = {str(pk): STILL_NAMED for pk in named(people).values_list("pk", flat=True)}
        return still | _held_now(run, kind)
    return _held_now(run, kind)


def _held_now(run: Run, kind: str) -> dict[str, str]:
    if kind in OF_WHOLE_YEARS:
        return _years_kept(run, kind)
    path = PERSON_OF.get(kind)
    held = held_people(run.as_of)
    if not path or not held:
        return {}
    rows = KINDS[kind]._default_manager.filter(pk__in=CHUNK_IDS)
    held_rows = rows.filter(**{f"{path}__in": held}).values_list("pk", flat=True)
    return {str(pk): "消去の保留" for pk in held_rows}


def _lock(rows: QuerySet[Any]) -> None:
    """Lock rows where they lie; their ids need not come here."""
    locking, given = rows.select_for_update(of=("self",)).values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({locking}) AS locked", given)  # noqa: S608


def _years_kept(run: Run, kind: str) -> dict[str, str]:
    """Return what is about a whole year in which somebody is held since the list was made."""
    rows = KINDS[kind]._default_manager.filter(pk__in=CHUNK_IDS)
    years = set(rows.values_list("tax_year", flat=True).distinct())
    staying = years_with(held_people(run.as_of)) & years
    kept = rows.filter(tax_year__in=staying).values_list("pk", flat=True) if staying else ()
    return {str(pk): "消去の保留" for pk in kept}


def _archive(run: Run, certificate: Erasure, kind: str, count: int) -> None:
    if not count or not archive.is_kept() or kind in NOT_ARCHIVED:
        return
    parts: list[dict[str, Any]] = certificate.archive["parts"]
    rows: list[QuerySet[Any]] = [KINDS[kind]._default_manager.filter(pk__in=CHUNK_IDS)]
    if kind == "cases":
        rows.append(Original.objects.filter(case__in=CHUNK_IDS))
    procedure = certificate.procedure
    for part in archive.write_parts(run.number, procedure, known=len(parts), rows=rows):
        parts.append(vars(part))


def _count(certificate: Erasure, kind: str, count: int, gone: dict[str, int]) -> None:
    counts = certificate.counts
    counts[kind] = counts.get(kind, 0) + count
    if kind == "cases":
        counts["originals"] = counts.get("originals", 0) + gone.get("cases.Original", 0)
    for label, number in gone.items():
        certificate.rows[label] = certificate.rows.get(label, 0) + number
    changed = ["counts", "archive", "rows"]
    room = SHOWN_ITEMS - len(certificate.items)
    if room > 0:
        labels = RunItem.objects.filter(pk__in=CHUNK_ITEMS, kind="cases").exclude(label="")
        certificate.items += labels.order_by("pk").values_list("label", flat=True)[:room]
        changed.append("items")
    certificate.save(update_fields=changed)


def _destroy_keys(run: Run, certificate: Erasure) -> None:
    """Destroy the keys of the years of which nothing is left; a filing that stays keeps its own."""
    if certificate.procedure not in (CASES, ASSESSMENT):
        return
    for year in sorted(run.years):
        with transaction.atomic():
            year_locks.take_alone(year)
            if not stores.is_anything_left(year):
                certificate.refresh_from_db()
                certificate.keys = sorted({*certificate.keys, *year_keys.destroy(year)})
                certificate.save(update_fields=["keys"])


def _finish_certificates(run: Run, certificates: list[Erasure], *, now: datetime) -> None:
    """Search everything for what is gone, and close the certificates with what was found."""
    with transaction.atomic():
        proofs = proof.search(run, now=now)
        for certificate in certificates:
            certificate.proof = proofs[certificate.procedure]
            certificate.backups = in_backups.left_there(certificate, now=now)
            certificate.finished_at = now
            certificate.save(update_fields=["proof", "backups", "finished_at"])


def _finish(run: Run, *, by: Actor, now: datetime) -> Run:
    with transaction.atomic():
        row = locked(run, Run.State.RUNNING)
        found = [one for c in row.certificates.all() for one in c.proof.get("found", [])]
        row.state = Run.State.LEFTOVERS if found else Run.State.DONE
        row.finished_at = now
        row.save()
        log(row, "retention.erased", by, now, counts=_total(row), leftovers=len(found))
    return row


def _total(run: Run) -> dict[str, int]:
    erased = run.items.filter(state=RunItem.State.ERASED).values_list("kind")
    return dict(erased.annotate(count=Count("pk")).order_by("kind"))


def _procedures(run: Run) -> list[str]:
    return list(run.items.order_by("procedure").values_list("procedure", flat=True).distinct())


@dataclass
class _alone:
    """Hold the one lock of carrying out for the block; Refusal where another process has it."""

    key: int = RUN_LOCK + 1

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [self.key])
            if not cursor.fetchone()[0]:
                raise Refusal(_("消去は、いま別の処理が実施しています。"))

    def __exit__(self, *_exc: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [self.key])
