"""Who is sent a form, and who waits for a letter, in a city whose year is done (ASM-01, NOT-08).

The lists of the year after are made from the documents and decisions of this one. They are seen
only by who proposes them, so that seconds count and not milliseconds; the page of letters is
opened by everybody, and says how many wait of each kind.
"""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bench.assessment.city import TAX_YEAR
from bench.engine import processor_seconds
from filing.calendar import tax_year_label, western_year
from review.letters.models import Mailing
from review.letters.targets import targets
from review.mailing.services import counts_of, propose_list
from review.notices.models import Order
from review.staff.actors import batch

YEAR_AFTER = tax_year_label(western_year(TAX_YEAR) + 1)
_BASICS = """
    INSERT INTO levy_yearperson (tax_year, addressee_id, residency, ward, address, taken_at,
        by_hand)
    SELECT %s, addressee_id, residency, ward, address, taken_at, false FROM levy_yearperson
    WHERE tax_year = %s
"""


def measure_lists() -> dict[str, Any]:
    """Propose both lists of the year after, and look for who waits for each kind of letter."""
    now, by = timezone.now(), batch("bench-lists")
    with connection.cursor() as cursor:
        cursor.execute(_BASICS, [YEAR_AFTER, TAX_YEAR])
        cursor.execute("ANALYZE levy_yearperson")
    found: dict[str, Any] = {}
    for kind in (Order.Kind.RETURN_FORM, Order.Kind.SUMMARY_FORM):
        with transaction.atomic():
            found[kind], order = _timed(
                lambda kind=kind: propose_list(kind, YEAR_AFTER, by=by, reason="bench", now=now)
            )
            found[kind]["listed"] = sum(counts_of(order).values())
            # The next one is made as if this had not been.
            transaction.set_rollback(True)
    today = timezone.localdate(now)
    for kind in Mailing.Kind:
        found[f"letters_{kind}"], waiting = _timed(lambda kind=kind: targets(kind, TAX_YEAR, today))
        found[f"letters_{kind}"]["listed"] = len(waiting)
    return found


def _timed(act: Callable[[], Any]) -> tuple[dict[str, Any], Any]:
    start, own, engine = time.perf_counter(), time.process_time(), processor_seconds()
    answer = act()
    return {
        "seconds": round(time.perf_counter() - start, 2),
        "processor_seconds": round(time.process_time() - own, 2),
        "postgresql_processor_seconds": round(processor_seconds() - engine, 2),
    }, answer
