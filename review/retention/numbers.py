"""宛名番号 of people who were erased, in free texts: told by keyed hashes, never kept plain."""

from collections import Counter
from collections.abc import Iterable, Mapping
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


def erased_marks(run: UUID) -> dict[str, str]:
    """Return the marks of the people whom a run has erased, each with its procedure."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT label, procedure FROM retention_runitem WHERE run_id = %s"
            " AND kind = 'addressees' AND state = 'erased' AND label <> ''",
            [run],
        )
        return dict(cursor.fetchall())


def counts_of(tokens: Iterable[str], marks: Mapping[str, str]) -> Counter[str]:
    """Return by procedure how many of the tokens are the 宛名番号 of somebody who was erased."""
    found = (mark_of(token) for token in tokens)
    return Counter(marks[mark] for mark in found if mark in marks)
