"""The proof of absence within sealed columns (封じた列の中の確認): opened one by one and searched.

The database cannot look into them, so each value is opened here, once for a whole run, searched,
and forgotten. One that does not open is a find, too: a row is left though its year's key is gone.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice

from django.db import connection, models
from django.db.models import Q

from config.keyring import KeyringError
from filing.numbers import digits_of
from review import year_keys
from review.addressees.models import Addressee, number_index
from review.retention import numbers
from review.retention.traces import HINT, TOKEN, TWELVE_DIGITS, WIDE, Leftover
from review.sealed_fields import Sealed, SealedField, sealed_fields

_BATCH = 2_000
_HINT = re.compile(HINT.encode())
_TOKEN, _NUMBER = re.compile(TOKEN), re.compile(TWELVE_DIGITS)
_LONG_NUMBER = re.compile(numbers.LOOKS_LIKE_ONE.encode())
Text = tuple[SealedField, bytes | None]


class SealedSearch:
    """One search of every sealed column for names of erased records, 個人番号, erased 宛名番号."""

    def __init__(self, marks: Mapping[str, str]) -> None:
        self.marks = marks
        #: How many values were opened: what the search costs.
        self.count = 0

    def search(self) -> Iterator[Leftover]:
        """Read each table once, whatever it has sealed; find by column and procedure."""
        columns: dict[type[models.Model], list[SealedField]] = {}
        for model, column in sealed_fields():
            columns.setdefault(model, []).append(column)
        for model, its in columns.items():
            texts, found = _texts(model, its), Counter[tuple[str, str]]()
            while batch := list(islice(texts, _BATCH)):
                self.count += sum(text is not None for _column, text in batch)
                found += self._finds(batch)
            for (name, procedure), count in sorted(found.items()):
                yield Leftover(model._meta.db_table, name, count, procedure)

    def _finds(self, batch: list[Text]) -> Counter[tuple[str, str]]:
        """Count by column and procedure what is found in some texts of a table."""
        found = Counter((column.attname, "") for column, text in batch if text is None)
        opened = [(column.attname, text) for column, text in batch if text is not None]
        hinting = [(name, text.decode()) for name, text in opened if _hints(text)]
        found += _names([(name, t) for name, text in hinting for t in _TOKEN.findall(text)])
        found += _numbers({(name, n) for name, text in hinting for n in _NUMBER.findall(text)})
        if self.marks:
            for name, text in opened:
                long = {token.decode() for token in _LONG_NUMBER.findall(text)}
                for procedure, count in numbers.counts_of(long, self.marks).items():
                    found[name, procedure] += count
        return found


def _texts(model: type[models.Model], columns: list[SealedField]) -> Iterator[Text]:
    """Yield what is in sealed columns of a table, as text; None for a value that does not open."""
    some = Q()
    for column in columns:
        some |= Q(**{f"{column.name}__isnull": False})
    names = list(dict.fromkeys(name for c in columns for name in (c.name, *c.row_paths)))
    rows = model._default_manager.filter(some).order_by()
    for row in rows.values_list(*names).iterator(_BATCH):
        values = dict(zip(names, row, strict=True))
        for column in columns:
            sealed = values[column.name]
            if isinstance(sealed, Sealed) and sealed.data:
                yield column, _text(sealed, column.row_name(values))


def _hints(text: bytes) -> bool:
    return WIDE in text or _HINT.search(text) is not None


def _text(sealed: Sealed, row: str) -> bytes | None:
    try:
        return year_keys.decrypt(sealed.data, row=row)
    except KeyringError:
        return None


def _names(tokens: list[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """Count the tokens (column, text) that name something erased (proof_needle: see proof)."""
    found = Counter[tuple[str, str]]()
    if not tokens:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, procedure FROM unnest(%s::text[]) AS t (name)"
            " JOIN proof_needle USING (name)",
            [list({token for _column, token in tokens})],
        )
        procedures: dict[str, list[str]] = {}
        for name, procedure in cursor.fetchall():
            procedures.setdefault(name, []).append(procedure)
    for column, token in tokens:
        found.update((column, procedure) for procedure in procedures.get(token, ()))
    return found


def _numbers(found: set[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """Count the twelve digits (column, as written) that are a resident's 個人番号."""
    if not found:
        return Counter()
    indexes = {written: number_index(digits_of(written)) for _column, written in found}
    people = Addressee.objects.filter(number_index__in=list(indexes.values()))
    known = {bytes(index) for (index,) in people.values_list("number_index") if index}
    return Counter((column, "") for column, written in found if indexes[written] in known)
