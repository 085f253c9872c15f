"""Bodies of originals (原本の本体): the sealed bytes, in a part of their table for each 課税年度.

A year's part is made before the year begins and dropped when nothing of the year is left. Bodies
of a year without a part lie together and go row by row.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.db.utils import OperationalError
from psycopg.errors import LockNotAvailable

from filing.calendar import tax_year_label, tax_year_of, western_year

# On from where the chunk before ended: what it left behind is not looked through again.
_CHUNK = """
WITH going AS (
    SELECT b.original_id FROM cases_originalbody b
    WHERE b.tax_year = %(year)s AND b.original_id > %(after)s
      AND NOT EXISTS (SELECT 1 FROM cases_original o WHERE o.id = b.original_id)
    ORDER BY b.original_id LIMIT %(most)s
), gone AS (
    DELETE FROM cases_originalbody b USING going g
    WHERE b.tax_year = %(year)s AND b.original_id = g.original_id RETURNING b.original_id
)
SELECT count(*), (SELECT original_id FROM gone ORDER BY 1 DESC LIMIT 1) FROM gone
"""
FIRST = UUID(int=0)
_ALONE = """
SELECT count(*) FROM cases_originalbody b
WHERE NOT EXISTS (SELECT 1 FROM cases_original o WHERE o.id = b.original_id)
"""
_STANDING = """
SELECT EXISTS (
    SELECT 1 FROM cases_originalbody b JOIN cases_original o ON o.id = b.original_id
    WHERE b.tax_year = %s
)
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
    """Drop a year's part under a certificate; False where there is none or somebody is at it.

    A body whose original stands keeps the whole part, whatever the cases say of their year.
    """
    try:
        with transaction.atomic():
            if _ask(_STANDING, tax_year):
                return False
            return bool(_ask("SELECT original_drop_year(%s)", tax_year))
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return False
        raise


def erase_left_alone(tax_year: str, *, after: UUID, most: int) -> tuple[int, UUID | None]:
    """Erase bodies of a year whose originals are gone, under a certificate.

    Returns how many, and the last one, after which the next chunk begins.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CHUNK, {"year": tax_year, "after": after, "most": most})
        count, last = cursor.fetchone()
    return int(count), last


def left_alone() -> int:
    """Return how many bodies have no original any more."""
    return int(_ask(_ALONE))


def _ask(query: str, *given: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchone()[0]
