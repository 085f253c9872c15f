"""Preparing (併合から計算の入力まで): from a person's documents to what the engine is asked.

The whole-city run and a single computation go through the same function, so that they agree.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection

from config.context import load_municipality_file
from review.arrays import array_of
from review.assessment.codes import has_left
from review.assessment.inputs import inputs_of
from review.assessment.merging import Merged, merge
from review.assessment.models import SourceDocument, counting_documents
from review.assessment.papers import Kind, Paper, Row
from review.reconcile.checks import Knowledge
from review.reconcile.dependants import Claimed, added_claims, claims_of
from review.reconcile.rulings import (
    Rulings,
    added_dependants,
    changed_incomes,
    denied_dependants,
    keys_of,
    registered_deaths,
)
from review.sealed_fields import Sealed, sealed_field

#: Whose employer does not withhold (普通徴収).
STAYS_OUT = frozenset({"second_column", "ordinary_collection", "deceased"})
_CONTENT = sealed_field(SourceDocument, "content")


class Person(NamedTuple):
    """What an assessment needs to know of a person."""

    id: UUID
    number: str
    birth_date: date
    sex: str


@dataclass(frozen=True)
class Employer:
    """特別徴収義務者: the employer that withholds the tax."""

    name: str
    number: str


@dataclass
class Prepared:
    """A person's merged documents and the engine's inputs for them."""

    person: Person
    documents: list[Paper]
    merged: Merged
    inputs: dict[str, Any]
    claims: list[Claimed]
    employer: Employer | None
    care_premium_withheld: bool


def prepare(
    person: Person,
    documents: list[Paper],
    *,
    tax_year: str,
    rulings: Rulings | None = None,
    known: Knowledge | None = None,
) -> Prepared:
    """Merge a person's documents of a year and put the engine's question."""
    rulings = rulings or {}
    merged = merge(documents, tax_year=tax_year, rulings=rulings, known=known)
    inputs = inputs_of(
        merged.answers, birth_date=person.birth_date, sex=person.sex, tax_year=tax_year
    )
    named = keys_of(merged.family_document)
    incomes = {key: ruling.amount for key, ruling in changed_incomes(rulings, named).items()}
    days = registered_deaths(rulings)
    claims = [
        claim._replace(died_on=days.get(claim.person_key, claim.died_on))
        for claim in claims_of(merged.family_document, denied_dependants(rulings), incomes)
    ]
    claims += added_claims(added_dependants(rulings, named))
    return Prepared(
        person,
        documents,
        merged,
        inputs,
        claims,
        employer=_employer(documents, merged.origins.get("left_out", ())),
        care_premium_withheld=any(map(_is_care_withheld, documents))
        and not any(d.kind == Kind.PENSION_DROPOUT for d in documents),
    )


def _employer(documents: Iterable[Paper], left_out: Collection[str]) -> Employer | None:
    """Return the main employer: the greatest payment of one who has not left (地方税法321条の4).

    Never one whose report is somebody else's (`left_out`): it would be told this person's tax.
    """
    reports = [
        d
        for d in documents
        if d.kind == Kind.SALARY_REPORT and _withholds(d.content) and str(d.pk) not in left_out
    ]
    main = max(reports, key=lambda d: (d.content.get("revenue") or 0, d.source), default=None)
    if main is None:
        return None
    return Employer(main.content["payer"], str(main.content.get("payer_number") or ""))


def _withholds(content: Mapping[str, Any]) -> bool:
    return not has_left(content) and STAYS_OUT.isdisjoint(content.get("flags") or ())


def _is_care_withheld(document: Paper) -> bool:
    content = document.content
    return (
        document.kind == Kind.INSURANCE
        and content.get("scheme") == "care"
        and (content.get("special_collection") or 0) > 0
    )


def papers_of(people: Collection[UUID], tax_year: str) -> dict[UUID, list[Paper]]:
    """Return the documents that count, by person, in an order that does not depend on arrival."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT addressee_id, id, kind, source, content,"
            " extract(epoch FROM received_at)::float8"
            " FROM assessment_sourcedocument"
            " WHERE tax_year = %s AND addressee_id = ANY(%s::uuid[])"
            " AND replaced_by_id IS NULL AND voided_at IS NULL ORDER BY source, id",
            [tax_year, array_of(people)],
        )
        found: dict[UUID, list[Paper]] = {}
        for person_id, pk, kind, source, content, received_at in cursor.fetchall():
            name = _CONTENT.row_name({"kind": kind, "source": source})
            row = Row(pk, kind, source, _CONTENT.open(Sealed(content), name), received_at)
            found.setdefault(person_id, []).append(row)
    return found


def knowledge_of(tax_year: str) -> Knowledge:
    """Return which registers the city has taken in for a year."""
    held = SourceDocument.objects.filter(counting_documents(), tax_year=tax_year)
    return Knowledge(
        insurance=held.filter(kind=Kind.INSURANCE).exists(),
        disability=held.filter(kind=Kind.DISABILITY).exists(),
    )


def municipality() -> str:
    """Return the name by which the engine knows the municipality."""
    return str(load_municipality_file(settings.MUNICIPALITY_FILE)["name"])
