"""What leaves the office (提供・移転・発送の記録): an entry a person, with day and addressee.

Files of many people are recorded in portions, so that the log's one lock is never held for long.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from exchange.together import together
from review.audit.services import record_by
from review.staff.actors import Actor

# 宛名番号 and the 4情報 as they stand.
Person = tuple[str, Mapping[str, Any]]
ACTION = "data.released"
#: People whose entries one transaction adds: the log's lock is held for about a second.
PORTION = 2_000


def record_releases(
    people: Iterable[Person],
    *,
    to: str,
    route: str,
    by: Actor,
    reason: str,
    subject: str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Append an entry per person whose data go to `to`; return how many (LOG-07).

    Inside the transaction in which they leave: nothing is handed over without its entries.
    """
    about = {"to": to, "route": route, **(detail or {})}
    written = 0
    with together():
        for number, four_attributes in people:
            record_by(
                by,
                ACTION,
                reason=reason,
                now=now,
                addressee_number=number,
                four_attributes=dict(four_attributes),
                subject=subject,
                detail=about,
            )
            written += 1
    return written
