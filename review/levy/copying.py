"""Writing many assessments at once (一括書込み): COPY, in the caller's transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from psycopg import sql

from review import year_locks
from review.arrays import each_of
from review.assessment.models import MergedBasis
from review.levy.computing import Computed
from review.reconcile.models import Claim
from review.sealed_fields import as_json, sealed_field

_BASIS = ("id", "tax_year", "addressee_id", "revision", "answers", "origins", "made_at", "made_by")
_ASSESSMENT = (
    *("id", "basis_id", "state", "inputs", "result", "explanation", "total", "trouble"),
    *("computed_at", "computed_by"),
)
_COLLECTION = ("assessment_id", "method", "employer", "employer_number", "total", "amounts")
_CLAIM = (
    *("basis_id", "tax_year", "addressee_id", "person_key", "role", "birth_date", "category"),
    *("total_income", "document", "died_on"),
)


def copy_assessments(
    computed: Sequence[tuple[Computed, int, str]], *, tax_year: str, by: str, now: datetime
) -> None:
    """Store (computed, revision, state) of many people: bases, assessments, collection, claims.

    The explanation is left empty: it follows from the inputs whenever somebody looks.
    """
    people = [entry.prepared.person.id for entry, _revision, _state in computed]
    Claim.objects.filter(tax_year=tax_year, addressee_id__in=each_of(people)).delete()
    ids = [(uuid4(), uuid4()) for _each in computed]
    year_locks.share(tax_year)
    _copy("assessment_mergedbasis", _BASIS, _bases(computed, ids, tax_year, by, now))
    documents = ("mergedbasis_id", "sourcedocument_id")
    _copy("assessment_mergedbasis_documents", documents, _documents(computed, ids))
    _copy("assessment_assessment", _ASSESSMENT, _assessments(computed, ids, by, now))
    _copy("levy_collection", _COLLECTION, _collections(computed, ids))
    _copy("reconcile_claim", _CLAIM, _claims(computed, ids, tax_year))


Rows = Iterable[tuple[Any, ...]]
Entries = Sequence[tuple[Computed, int, str]]
Ids = Sequence[tuple[UUID, UUID]]


def _copy(table: str, columns: Sequence[str], rows: Rows) -> None:
    names = sql.SQL(",").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


_ANSWERS = sealed_field(MergedBasis, "answers")


def _bases(computed: Entries, ids: Ids, tax_year: str, by: str, now: datetime) -> Rows:
    for (entry, revision, _state), (basis, _assessment) in zip(computed, ids, strict=True):
        merged, person = entry.prepared.merged, entry.prepared.person
        name = _ANSWERS.row_name({"id": basis})
        answers = _ANSWERS.seal(merged.answers, tax_year=tax_year, row=name).data
        yield basis, tax_year, person.id, revision, answers, as_json(merged.origins), now, by


def _documents(computed: Entries, ids: Ids) -> Rows:
    for (entry, _revision, _state), (basis, _assessment) in zip(computed, ids, strict=True):
        for document in entry.prepared.documents:
            yield basis, document.pk


def _assessments(computed: Entries, ids: Ids, by: str, now: datetime) -> Rows:
    for (entry, _revision, state), (basis, assessment) in zip(computed, ids, strict=True):
        inputs, result = as_json(entry.prepared.inputs), as_json(entry.result)
        total = entry.result.get("total")
        yield assessment, basis, state, inputs, result, "[]", total, entry.trouble, now, by


def _collections(computed: Entries, ids: Ids) -> Rows:
    for (entry, _revision, _state), (_basis, assessment) in zip(computed, ids, strict=True):
        for planned in entry.planned:
            employer = planned.employer
            name, number = (employer.name, employer.number) if employer else ("", "")
            amounts = f"{{{','.join(map(str, planned.amounts))}}}"
            yield assessment, planned.method, name, number, planned.total, amounts


def _claims(computed: Entries, ids: Ids, tax_year: str) -> Rows:
    for (entry, _revision, _state), (basis, _assessment) in zip(computed, ids, strict=True):
        for claim in entry.prepared.claims:
            yield basis, tax_year, entry.prepared.person.id, *claim
