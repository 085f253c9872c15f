"""How fast a resident may go on (操作の速さ): counted for each of them, so nobody slows the others.

The counts stand in the cache's table, which all processes share: one row for a resident and kind.
One statement counts and reads; two requests at once cannot both be the last that is allowed.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import connection

from portal.models import Resident

WINDOW = timedelta(minutes=1)
COUNT_ON = """
    INSERT INTO portal_cache AS kept (cache_key, value, expires)
    VALUES (%(key)s, %(more)s::text, %(ends)s)
    ON CONFLICT (cache_key) DO UPDATE SET
        value = CASE WHEN kept.expires > %(now)s
            THEN (kept.value::bigint + %(more)s)::text ELSE excluded.value END,
        expires = CASE WHEN kept.expires > %(now)s THEN kept.expires ELSE excluded.expires END
    RETURNING value::bigint, expires
"""


def seconds_to_wait(resident: Resident, kind: str, *, now: datetime, more: int = 1) -> int:
    """Count one more of a kind (settings.PACE); return 0, or how long to wait where it is too many.

    A minute begins with the first that is counted in it.
    """
    # Django's own prefix: what empties the cache empties the counts.
    key = cache.make_and_validate_key(f"pace:{kind}:{resident.pk}")
    values: dict[str, str | int | datetime] = {
        "key": key,
        "more": more,
        "now": now,
        "ends": now + WINDOW,
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT_ON, values)
        count, ends = cursor.fetchone()
    if count <= settings.PACE[kind]:
        return 0
    return max(1, -int((now - ends).total_seconds() // 1))


def forget(*, now: datetime) -> int:
    """Erase what the cache's table holds beyond its time; nothing reads it any more."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM portal_cache WHERE expires < %s", [now])
        return cursor.rowcount
