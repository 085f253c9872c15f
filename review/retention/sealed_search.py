"""The proof of absence within sealed columns (封じた列の中の確認): opened one by one and searched.

The database cannot look into them, so each value is opened here, searched, and forgotten. One
that does not open is a find, too: a row is left though the key of its year is gone.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from django.db import connection, models

from config.keyring import KeyringError
from review import year_keys
from review.addressees.models import Addressee, number_index
from review.retention import numbers
from review.retention.traces import HINT, TOKEN, TWELVE_DIGITS, Leftover
from review.sealed_fields import SealedField, sealed_fields

_BATCH = 2_000
_HINT = re.compile(HINT.encode())
_TOKEN, _NUMBER = re.compile(TOKEN), re.compile(TWELVE_DIGITS)
_LONG_NUMBER = re.compile(numbers.LOOKS_LIKE_ONE.encode())


def search_sealed(marks: set[str]) -> Iterator[Leftover]:
    """Find names of erased records, 個人番号 and erased 宛名番号 (marks) in every sealed column."""
    for model, column in sealed_fields():
        if count := _count(model, column, marks):
            yield Leftover(model._meta.db_table, column.attname, count)


def _count(model: type[models.Model], column: SealedField, marks: set[str]) -> int:
    texts, found = _texts(model, column), 0
    while batch := list(islice(texts, _BATCH)):
        opened = [text for text in batch if text is not None]
        hinting = [text.decode() for text in opened if _HINT.search(text)]
        found += len(batch) - len(opened)
        found += _names([token for text in hinting for token in _TOKEN.findall(text)])
        found += _numbers({digits for text in hinting for digits in _NUMBER.findall(text)})
        if marks:
            long = {token for text in opened for token in _LONG_NUMBER.findall(text)}
            found += numbers.count_of((token.decode() for token in long), marks)
    return found


def _texts(model: type[models.Model], column: SealedField) -> Iterator[bytes | None]:
    """Yield what is in a column, as text; None for a value that does not open."""
    paths = column.row_paths
    rows = model._default_manager.exclude(**{f"{column.name}__isnull": True})
    for sealed, *values in rows.order_by().values_list(column.name, *paths).iterator(_BATCH):
        if sealed.data:
            row = column.row_name(dict(zip(paths, values, strict=True)))
            try:
                yield year_keys.decrypt(sealed.data, row=row)
            except KeyringError:
                yield None


def _names(tokens: list[str]) -> int:
    """Count the tokens that name something erased (proof_needle: see proof)."""
    if not tokens:
        return 0
    times = Counter(tokens)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) AS t (name) JOIN proof_needle USING (name)",
            [list(times)],
        )
        return sum(times[name] for (name,) in cursor.fetchall())


def _numbers(found: set[str]) -> int:
    indexes = [number_index(digits) for digits in found]
    return Addressee.objects.filter(number_index__in=indexes).count() if indexes else 0
