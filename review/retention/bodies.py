"""Erasing the bytes of originals (原本の本体の消去): a whole year at once, or what is left of it.

Comes after the cases: a hold that somebody sets meanwhile keeps a case with its body. A run that
was killed between the two erases the bodies when it goes on.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from review.cases import bodies
from review.cases.models import Case
from review.retention.models import Erasure, Run
from review.retention.runs import log
from review.staff.actors import Actor

CHUNK = 5_000


def erase_bodies(run: Run, certificate: Erasure, *, by: Actor, now: datetime) -> None:
    """Erase the bodies of the run's years whose originals are gone."""
    for year in run.years:
        _drop(run, certificate, year, by=by, now=now)
        last: UUID | None = bodies.FIRST
        while last is not None:
            last = _erase_chunk(run, certificate, year, after=last, by=by, now=now)


def _drop(run: Run, certificate: Erasure, year: str, *, by: Actor, now: datetime) -> None:
    """Drop the part of a year of which no case is left."""
    with transaction.atomic():
        _under(certificate)
        if not Case.objects.filter(tax_year=year).exists() and bodies.drop_year(year):
            detail = {"certificate": certificate.number, "tax_year": year}
            log(run, "retention.year_dropped", by, now, **detail)


def _erase_chunk(
    run: Run, certificate: Erasure, year: str, *, after: UUID, by: Actor, now: datetime
) -> UUID | None:
    with transaction.atomic():
        _under(certificate)
        count, last = bodies.erase_left_alone(year, after=after, most=CHUNK)
        if count:
            detail = {"certificate": certificate.number, "kind": "bodies", "count": count}
            log(run, "retention.part_erased", by, now, **detail)
    return last


def _under(certificate: Erasure) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('review.erasure', %s, true)", [str(certificate.pk)])
