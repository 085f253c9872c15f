"""Many ids in one parameter (配列による検索): to send thousands costs more than the search."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models.expressions import RawSQL


def each_of(ids: Iterable[UUID]) -> RawSQL:
    """Return what `…__in` takes for very many ids: one array, sent as one parameter."""
    return RawSQL("SELECT unnest(%s::uuid[])", [array_of(ids)])


def array_of(ids: Iterable[UUID]) -> str:
    """Return ids as the database writes an array: one text costs less than a thousand values."""
    return f"{{{','.join(map(str, ids))}}}"
