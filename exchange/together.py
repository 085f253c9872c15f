"""Written together (まとめ書き): what many acts of one transaction add is written once, at its end.

Fifty messages handled in one transaction need one hold of the audit chain's lock and one sealed
message of receipts, not fifty. Outside of such a block everything is written at once.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Writer = Callable[[list[Any]], None]
# Follow-up work first, as it may add to what comes after; locks that all others wait for last.
WORK, MESSAGES, LOG = range(3)
Gathered = dict[tuple[int, Writer], list[Any]]
_open: ContextVar[Gathered | None] = ContextVar("together", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Gather what is added in this block and write it at its end, within the caller's transaction.

    A block inside another one passes on what it gathered. A block that raises drops it: put it
    inside the savepoint that goes with it.
    """
    outer, gathered = _open.get(), Gathered()
    token = _open.set(gathered)
    try:
        yield
        if outer is None:
            _write(gathered)
    finally:
        _open.reset(token)
    if outer is not None:
        for place, items in gathered.items():
            outer.setdefault(place, []).extend(items)


def later(rank: int, writer: Writer, item: Any) -> None:
    """Have `writer` write the item with all others of its kind; at once where nothing is open."""
    gathered = _open.get()
    if gathered is None:
        writer([item])
    else:
        gathered.setdefault((rank, writer), []).append(item)


def _write(gathered: Gathered) -> None:
    """Write rank by rank; what a writer adds on the way has its turn as well."""
    while gathered:
        place = min(gathered, key=lambda place: place[0])
        place[1](gathered.pop(place))
