"""宛名番号 of people who were erased, in free texts: told by keyed hashes, never kept plain."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db import connection

from config.keyring import blind_index

# What looks like a 宛名番号: shorter numbers are amounts and days.
LOOKS_LIKE_ONE = r"(?<![0-9])[0-9]{8,20}(?![0-9])"
# Their own period, and written to name people: what a file of the register did.
MAY_NAME = ("addressees_residentrun",)
_LENGTH = 40


def mark_of(number: str) -> str:
    """Return what stands on a list in the place of a 宛名番号."""
    return blind_index(settings.INDEX_KEY, "addressee-number", number).hex()[:_LENGTH]


def erased_marks(run: UUID | None, procedure: str) -> set[str]:
    """Return the marks of the people whom a run has erased under a procedure."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT label FROM retention_runitem WHERE run_id = %s AND procedure = %s"
            " AND kind = 'addressees' AND state = 'erased' AND label <> ''",
            [run, procedure],
        )
        return {label for (label,) in cursor.fetchall()}


def count_of(tokens: Iterable[str], marks: set[str]) -> int:
    """Return how many of the tokens are the 宛名番号 of somebody who was erased."""
    return sum(mark_of(token) in marks for token in tokens)
