"""Physical deletion (物理的な消去) in the order that references allow; nothing is left behind.

Plain DELETE statements over a chunk's ids: Django's own deletion would read every row first.
"""

from collections.abc import Collection
from typing import Any

from django.db import connection, models

from review.assessment.models import Assessment, MergedBasis, SourceDocument
from review.audit.models import AuditEvent, ErasedLog
from review.cases.models import Case, Original
from review.reconcile.models import Disagreement
from review.retention.aged import AGED
from review.retention.models import RunItem

# In this order: what refers to something goes before it. Originals go with their cases.
KINDS: dict[str, type[models.Model]] = {
    "cases": Case,
    "assessments": Assessment,
    "merged_bases": MergedBasis,
    "disagreements": Disagreement,
    "source_documents": SourceDocument,
    **{kind: aged.model for kind, aged in AGED.items()},
    "log": AuditEvent,
    "run-lists": RunItem,
}


def under_certificate(certificate_id: object) -> None:
    """Let the database's guards on immutable rows know, until the commit, what erases them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('review.erasure', %s, true)", [str(certificate_id)])


def delete(kind: str, ids: Collection[str], *, certificate: object) -> dict[str, int]:
    """Delete rows of one kind and everything that belongs to them; return how many by model."""
    under_certificate(certificate)
    gone: dict[str, int] = {}
    if kind == "log":
        for span in ids:
            _delete_log(span, certificate, gone)
    elif kind == "run-lists":
        _count(gone, RunItem, RunItem.objects.filter(run__in=ids))
    elif kind == "cases":
        originals = list(Case.objects.filter(pk__in=ids).values_list("original_id", flat=True))
        _delete(Case, list(ids), gone)
        _delete(Original, originals, gone)
    else:
        _delete(KINDS[kind], list(ids), gone)
    return gone


def _delete(model: type[models.Model], ids: list[Any], gone: dict[str, int]) -> None:
    """Delete rows and, before them, the rows of other tables that refer to them.

    What refers to a record of a person is that person's record too, whichever table a later
    change adds: so the references are read from the models and not listed here.
    """
    if not ids:
        return
    for child, field in _references(model):
        referring = child._base_manager.filter(**{f"{field.name}__in": ids})
        if child is model or child in KINDS.values():
            # Another version, or a record with a period of its own: it only forgets the reference.
            if field.null:
                referring.exclude(pk__in=ids if child is model else ()).update(**{field.name: None})
        elif _references(child):
            _delete(child, list(referring.values_list("pk", flat=True)), gone)
        else:
            _count(gone, child, referring)
    _count(gone, model, model._base_manager.filter(pk__in=ids))


def _references(model: type[models.Model]) -> list[tuple[type[models.Model], Any]]:
    """Return the models and fields that refer to a model, the tables between two included."""
    found = []
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and not relation.many_to_many:
            child = relation.related_model
            if isinstance(child, type):
                found.append((child, relation.field))  # type: ignore[union-attr]
    return found


def _count(gone: dict[str, int], model: type[models.Model], rows: models.QuerySet[Any]) -> None:
    count = rows._raw_delete(rows.db)
    if count:
        gone[model._meta.label] = gone.get(model._meta.label, 0) + count


def _delete_log(span: str, certificate: object, gone: dict[str, int]) -> None:
    """Delete the log's beginning up to a position and note which hash the rest follows."""
    last = int(span.rpartition("-")[2])
    end = AuditEvent.objects.filter(position=last).values_list("hash", flat=True).first()
    if end is None:
        return
    ErasedLog.objects.update_or_create(
        id=1, defaults={"position": last, "hash": end, "certificate": certificate}
    )
    _count(gone, AuditEvent, AuditEvent.objects.filter(position__lte=last))
