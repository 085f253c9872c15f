"""Locks on the keys of years (年度ごとの鍵の錠): a key outlives whoever has sealed with it.

Whoever seals under a year's key shares its lock until the commit. Destroying the key takes the
lock alone: it waits for writers that have not committed and looks again whether anything is left;
whoever comes meanwhile waits for it and seals under a new key. So all that is stored opens.
"""

from django.db import connection, transaction

# The first half of the lock's name; the second is the year's number.
KEYS = 5_900_114
_SHARED, _ALONE = "pg_advisory_xact_lock_shared", "pg_advisory_xact_lock"


class _Held:
    """Stands among the acts of a commit for as long as the lock does, and does nothing.

    The database lets go of a lock at the end of the transaction and where a savepoint is rolled
    back to; Django forgets the acts of a commit at the same moments.
    """

    def __init__(self, tax_year: str) -> None:
        self.tax_year = tax_year

    def __call__(self) -> None:
        return


def share(tax_year: str) -> None:
    """Let nobody destroy a year's keys until the commit; asked of the database once for each.

    Refused outside a transaction, where there is no commit to wait for: what is sealed there might
    be stored after its key is gone. To be called before a COPY that seals its rows on the way: the
    connection is busy then.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            f"{tax_year}: what is sealed for a year is sealed in the transaction that stores it"
        )
    if not _is_held(tax_year):
        _lock(_SHARED, tax_year)
        transaction.on_commit(_Held(tax_year))


def take_alone(tax_year: str) -> None:
    """Wait until nobody is about to commit what a year's keys have sealed, and keep others out."""
    _lock(_ALONE, tax_year)


def _is_held(tax_year: str) -> bool:
    acts = (entry[1] for entry in connection.run_on_commit)
    return any(isinstance(act, _Held) and act.tax_year == tax_year for act in acts)


def _lock(function: str, tax_year: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [KEYS, int(tax_year[1:])])
