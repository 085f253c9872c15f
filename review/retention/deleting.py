"""Physical deletion (物理的な消去) in the order that references allow; nothing is left behind."""

from collections.abc import Collection
from typing import Any

from django.db import connection, models

from review.assessment.models import Assessment, MergedBasis, SourceDocument
from review.cases.models import Case, Original
from review.levy.models import YearPerson
from review.reconcile.models import Disagreement

# In this order: what refers to something goes before it. Originals go with their cases.
KINDS: dict[str, type[models.Model]] = {
    "cases": Case,
    "assessments": Assessment,
    "merged_bases": MergedBasis,
    "disagreements": Disagreement,
    "source_documents": SourceDocument,
    "year_people": YearPerson,
}


def under_certificate(certificate_id: object) -> None:
    """Let the database's guards on immutable rows know, until the commit, what erases them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('review.erasure', %s, true)", [str(certificate_id)])


def delete(kind: str, ids: Collection[Any]) -> dict[str, int]:
    """Delete rows of one kind and everything that belongs to them; return how many by model."""
    gone: dict[str, int] = {}
    originals = []
    if kind == "cases":
        originals = list(Case.objects.filter(pk__in=ids).values_list("original_id", flat=True))
    _delete(KINDS[kind], list(ids), gone)
    _delete(Original, originals, gone)
    return gone


def _delete(model: type[models.Model], ids: list[Any], gone: dict[str, int]) -> None:
    """Delete rows and, before them, the rows of other tables that refer to them.

    What refers to a record of a person is that person's record too, whichever table a later
    change adds: so the references are read from the models and not listed here.
    """
    if not ids:
        return
    rows = model._base_manager.filter(pk__in=ids)
    for relation in model._meta.related_objects:
        child, field = relation.related_model, relation.field
        if not isinstance(child, type) or relation.many_to_many:
            continue
        referring = child._base_manager.filter(**{f"{field.name}__in": ids})
        if child is model or child in KINDS.values():
            # Another version, or a record with a period of its own: it only forgets the reference.
            if field.null:
                referring.update(**{field.name: None})
            continue
        _delete(child, list(referring.values_list("pk", flat=True)), gone)
    for label, count in rows.delete()[1].items():
        gone[label] = gone.get(label, 0) + count
