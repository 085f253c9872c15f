"""Bodies of originals (原本の本体): the sealed bytes, in a part of their table for each 課税年度.

A year's part is made before the year begins and dropped when nothing of the year is left. Bodies
of a year without a part lie together and go row by row.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.db.utils import OperationalError

from filing.calendar import tax_year_label, tax_year_of, western_year

_CHUNK = """
DELETE FROM cases_originalbody WHERE (original_id, tax_year) IN (
    SELECT b.original_id, b.tax_year FROM cases_originalbody b
    WHERE b.tax_year = %s AND NOT EXISTS (SELECT 1 FROM cases_original o WHERE o.id = b.original_id)
    LIMIT %s)
"""
_ALONE = """
SELECT count(*) FROM cases_originalbody b
WHERE NOT EXISTS (SELECT 1 FROM cases_original o WHERE o.id = b.original_id)
"""


class OriginalBody(models.Model):
    """Body (原本の本体): the bytes of one original, sealed. The database refuses to change it.

    No foreign key: nothing looks for bodies when an original goes, and the proof of absence finds
    one that is left alone.
    """

    pk = models.CompositePrimaryKey("original_id", "tax_year")
    original_id = models.UUIDField()
    tax_year = models.CharField(max_length=4)
    sealed = models.BinaryField()

    class Meta:
        app_label = "cases"
        verbose_name = "原本の本体"

    def __str__(self) -> str:
        return f"body {self.original_id}"


def body_of(original_id: UUID) -> bytes:
    """Return the sealed bytes of an original."""
    found = OriginalBody.objects.filter(original_id=original_id).values_list("sealed", flat=True)
    return bytes(found.get())


def open_years(today: date) -> list[str]:
    """Make the parts of this 課税年度 and the next where they are missing; return the new ones."""
    this = tax_year_of(today)
    years = (this, tax_year_label(western_year(this) + 1))
    return [year for year in years if _ask("SELECT original_open_year(%s)", year)]


def drop_year(tax_year: str) -> bool:
    """Drop a year's part under a certificate; False where there is none or somebody is at it."""
    try:
        with transaction.atomic():
            return bool(_ask("SELECT original_drop_year(%s)", tax_year))
    except OperationalError:
        return False


def erase_left_alone(tax_year: str, most: int) -> int:
    """Erase bodies of a year whose originals are gone, under a certificate; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_CHUNK, [tax_year, most])
        return int(cursor.rowcount)


def left_alone() -> int:
    """Return how many bodies have no original any more."""
    return int(_ask(_ALONE))


def _ask(query: str, *given: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchone()[0]
