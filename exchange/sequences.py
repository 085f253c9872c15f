"""Order of a case's messages (順序): numbered when written, handled by number, many at a time."""

from collections.abc import Mapping

from django.db import connection

from exchange.models import CaseSequence

IN, OUT = CaseSequence.Direction.IN, CaseSequence.Direction.OUT
# In the order of the keys, so that two transactions never wait for one another.
STATEMENT = """
    INSERT INTO exchange_casesequence AS known (direction, peer, case_key, last)
    SELECT %s, %s, key, steps FROM unnest(%s::text[], %s::int[]) AS new (key, steps) ORDER BY key
    ON CONFLICT (direction, peer, case_key) DO UPDATE SET last = known.last + EXCLUDED.last
    RETURNING case_key, last
"""


def move(direction: str, peer: str, steps: Mapping[str, int]) -> dict[str, int]:
    """Move each case on by its steps and return where it stands; its row stays locked.

    No steps at all lock the case and tell how far it is.
    """
    if not steps:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, [direction, peer, list(steps), list(steps.values())])
        return dict(cursor.fetchall())
