"""Finding people (宛名番号の自動付設): whose rows these are, by the register, for many at once.

The number decides only where name or kana agree as well: a changed name is proposed, not taken.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection

from review.addressees.folding import kana_key, search_key
from review.addressees.models import Addressee, number_index
from review.sources.rows import Row, Subject, encode

_PERSON = Addressee._meta.db_table
_BY_INDEX = f"""
SELECT number_index, id, name_key, kana_key FROM {_PERSON}
WHERE number_index = ANY(%s::bytea[])
"""  # noqa: S608
_BY_NUMBER = f"SELECT number, id FROM {_PERSON} WHERE number = ANY(%s::text[])"  # noqa: S608


class Found(NamedTuple):
    """The keyed hash of the number, the person if there is one, and how they were found."""

    keyed_hash: bytes | None
    person: UUID | None = None
    method: str = ""


class Finder:
    """What the register knows of the people of some rows, read with two queries."""

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self._indexes = {one.number: number_index(one.number) for one in subjects if one.number}
        numbers = {one.addressee_number for one in subjects if not one.number}
        with connection.cursor() as cursor:
            cursor.execute(_BY_INDEX, [list(self._indexes.values())])
            self._by_index = {
                bytes(index): (person, name, kana) for index, person, name, kana in cursor
            }
            cursor.execute(_BY_NUMBER, [list(numbers - {""})])
            self._by_number = dict(cursor.fetchall())

    def find(self, subject: Subject) -> Found:
        """Return who it is, or only the keyed hash of a number that nobody has."""
        if not subject.number:
            person = self._by_number.get(subject.addressee_number)
            return Found(None, person, "addressee_number" if person else "")
        index = self._indexes[subject.number]
        person, name, kana = self._by_index.get(index, (None, "", ""))
        agrees = person and (
            name == search_key(subject.name) or (kana and kana == kana_key(subject.kana))
        )
        return Found(index, person, "number") if agrees else Found(index)


def seal_subject(row: Row) -> bytes:
    """Return the person of a row, sealed to it."""
    plain = encode(vars(row.subject)).encode()
    return settings.DATA_KEYRING.encrypt(plain, row=row_name(row.key, row.digest))


def row_name(key: str, digest: str) -> str:
    """Return the name to which the person of an entry is sealed."""
    return f"source-entry:{key}:{digest}"
