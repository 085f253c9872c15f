"""Physical deletion (物理的な消去) in the order that references allow; nothing is left behind.

A chunk's ids stay in the database, in a temporary table: each statement is a plain DELETE that
joins it. Ten thousand ids sent to and fro with every statement cost more than the erasing.
"""

from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.expressions import RawSQL

from review.addressees.models import Addressee, UnifiedNumber
from review.assessment.models import Assessment, MergedBasis, SourceDocument
from review.audit.models import AuditEvent, ErasedLog
from review.cases.models import Case, Original
from review.letters.models import Domicile, Mailing
from review.levy.models import BasicsChange, YearPerson, YearRun
from review.notices.models import IssuedDocument, Order, PrintFile
from review.paper.models import PaperEntry
from review.reconcile.models import DependantAct, Disagreement
from review.retention import folders
from review.retention.aged import AGED
from review.retention.leavers import unified_numbers
from review.retention.models import Run, RunItem
from review.sources.models import Arrival
from review.transfers.models import LinkFile

# In this order: what refers to something goes before it. Originals go with their cases.
KINDS: dict[str, type[models.Model]] = {
    "cases": Case,
    "paper_entries": PaperEntry,
    "issued_documents": IssuedDocument,
    "mailings": Mailing,
    "domiciles": Domicile,
    "assessments": Assessment,
    "merged_bases": MergedBasis,
    "disagreements": Disagreement,
    # Before the documents, so that a file's rows go at once and need not forget theirs first.
    "arrivals": Arrival,
    "source_documents": SourceDocument,
    "year_people": YearPerson,
    "basics_changes": BasicsChange,
    "dependant_acts": DependantAct,
    "print_files": PrintFile,
    "notice_orders": Order,
    "year_runs": YearRun,
    **{kind: aged.model for kind, aged in AGED.items()},
    "log": AuditEvent,
    "run-lists": RunItem,
    "addressees": Addressee,
}
# These belong to the record that they refer to, and go by themselves only where they have none.
PARTS_OF_OTHERS = (PaperEntry, IssuedDocument)
# What the ids of a list are, where they are not those of the rows that go.
NAMED_BY: dict[str, type[models.Model]] = {"run-lists": Run}
_OF_THEIR_OWN = frozenset(KINDS.values()) - frozenset(PARTS_OF_OTHERS)
CHUNK = "SELECT id FROM erasing_now"
# The chunk's ids where they lie, for queries; no text but these ever stands here.
CHUNK_IDS = RawSQL("SELECT id FROM erasing_now", [])
ORIGINALS = "SELECT original_id FROM erasing_originals"


def take_chunk(run: Run, procedure: str, kind: str, *, after: int, size: int) -> tuple[int, int]:
    """Put the next pending items into the temporary table; return their number and the last id."""
    key = NAMED_BY.get(kind, KINDS[kind])._meta.pk
    # The log's items are ranges of positions and have no key of their own.
    typed = "record" if kind == "log" or key is None else f"record::{key.db_type(connection)}"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS erasing_now")
        cursor.execute(
            f"CREATE TEMP TABLE erasing_now ON COMMIT DROP AS SELECT id AS item, {typed} AS id"  # noqa: S608
            " FROM retention_runitem WHERE run_id = %s AND procedure = %s AND kind = %s"
            " AND id > %s AND state = 'pending' ORDER BY retention_runitem.id LIMIT %s",
            [run.pk, procedure, kind, after, size],
        )
        cursor.execute("ANALYZE erasing_now")
        cursor.execute("SELECT count(*), coalesce(max(item), 0) FROM erasing_now")
        count, last = cursor.fetchone()
    return int(count), int(last)


def leave_out(items: list[int]) -> None:
    """Take items out of the chunk: they stay."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM erasing_now WHERE item = ANY(%s)", [items])


def mark_erased() -> int:
    """Note on the chunk's items that their records are gone; return how many."""
    return _execute(
        "UPDATE retention_runitem i SET state = 'erased' FROM erasing_now n WHERE i.id = n.item"
    )


def delete(kind: str, *, certificate: UUID) -> dict[str, int]:
    """Delete the chunk's rows and everything that belongs to them; return how many by model."""
    _execute("SELECT set_config('review.erasure', %s, true)", str(certificate))
    gone: dict[str, int] = {}
    if kind == "log":
        _delete_log(certificate, gone)
    elif kind == "run-lists":
        _count(gone, RunItem, f"run_id IN ({CHUNK})")
    elif kind == "cases":
        _execute("DROP TABLE IF EXISTS erasing_originals")
        _execute(
            "CREATE TEMP TABLE erasing_originals ON COMMIT DROP AS SELECT c.original_id"
            " FROM cases_case c JOIN erasing_now n ON n.id = c.id"
        )
        _delete(Case, CHUNK, gone)
        _delete(Original, ORIGINALS, gone)
    else:
        # Files first: a row that is gone points at nothing any more.
        if kind == "print_files":
            folders.erase(folders.PRINT, PrintFile.objects.filter(pk__in=CHUNK_IDS))
        if kind == "transfers":
            folders.erase(folders.LINK, LinkFile.objects.filter(request__in=CHUNK_IDS))
        if kind == "addressees":
            _delete_unified(gone)
        _delete(KINDS[kind], CHUNK, gone)
    return gone


def _delete_unified(gone: dict[str, int]) -> None:
    people = Addressee.objects.filter(pk__in=CHUNK_IDS)
    count, _by_model = unified_numbers(people).delete()
    if count:
        gone[UnifiedNumber._meta.label] = count


def _delete(model: type[models.Model], ids: str, gone: dict[str, int]) -> None:
    """Delete rows and, before them, the rows of other tables that refer to them.

    What refers to a record of a person is that person's record too, whichever table a later
    change adds: so the references are read from the models and not listed here.
    """
    for child, field in _references(model):
        referring = f"{_quoted(field.column)} IN ({ids})"
        if outlives(child, field, model):
            if field.null:
                _forget(child, field.column, referring, ids if child is model else "")
        elif _references(child):
            key = _quoted(_key(child))
            chosen = f"SELECT {key} FROM {_table(child)} WHERE {referring}"  # noqa: S608
            _delete(child, chosen, gone)
        else:
            _count(gone, child, referring)
    _count(gone, model, f"{_quoted(_key(model))} IN ({ids})")


def outlives(child: type[models.Model], field: Any, model: type[models.Model]) -> bool:
    """Tell whether what refers to a row stays without it and only forgets the reference.

    Another version, a record with a period of its own, or a row whose reference says so itself:
    a line of a file that has to stay for somebody else, whose own document goes.
    """
    own = child is model or child in _OF_THEIR_OWN
    return own or field.remote_field.on_delete is models.SET_NULL


def _forget(child: type[models.Model], column: str, referring: str, ids: str) -> None:
    """Clear a reference; among rows of one kind only in those that stay, not in `ids`."""
    stays = f" AND {_quoted(_key(child))} NOT IN ({ids})" if ids else ""
    _execute(
        f"UPDATE {_table(child)} SET {_quoted(column)} = NULL WHERE {referring}{stays}"  # noqa: S608
    )


def _references(model: type[models.Model]) -> list[tuple[type[models.Model], Any]]:
    """Return the models and fields that refer to a model, the tables between two included."""
    found: list[tuple[type[models.Model], Any]] = []
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and not relation.many_to_many:
            child = relation.related_model
            if isinstance(child, type):
                found.append((child, getattr(relation, "field")))  # noqa: B009
    return found


def _delete_log(certificate: UUID, gone: dict[str, int]) -> None:
    """Delete the log's beginning up to a position and note which hash the rest follows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(split_part(id, '-', 2)::bigint) FROM erasing_now")
        last = cursor.fetchone()[0]
    end = AuditEvent.objects.filter(position=last).values_list("hash", flat=True).first()
    if end is None:
        return
    ErasedLog.objects.update_or_create(
        id=1, defaults={"position": last, "hash": end, "certificate": certificate}
    )
    with connection.cursor() as cursor:
        # The owner's function: the application's own role may only add to the log.
        cursor.execute("SELECT audit_erase_beginning(%s)", [last])
        gone[AuditEvent._meta.label] = int(cursor.fetchone()[0])


def _count(gone: dict[str, int], model: type[models.Model], where: str) -> None:
    count = _execute(f"DELETE FROM {_table(model)} WHERE {where}")  # noqa: S608
    if count:
        gone[model._meta.label] = gone.get(model._meta.label, 0) + count


def _execute(statement: str, *given: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return int(cursor.rowcount)


def _key(model: type[models.Model]) -> str:
    assert model._meta.pk is not None
    return str(model._meta.pk.column)


def _table(model: type[models.Model]) -> str:
    return _quoted(model._meta.db_table)


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))
