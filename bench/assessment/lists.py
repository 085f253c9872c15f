"""Who is sent a form, and who waits for a letter, in a city whose year is done (ASM-01, NOT-08).

The lists of the year after are made from the documents and decisions of this one. They are seen
only by who proposes them, so that seconds count and not milliseconds; the page of letters is
opened by everybody, and says how many wait of each kind.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bench.assessment.city import TAX_YEAR
from bench.engine import processor_seconds
from filing.calendar import tax_year_label, western_year
from review.letters.models import Mailing
from review.letters.targets import targets
from review.mailing.employers import list_employers
from review.mailing.residents import list_residents
from review.notices.models import Order
from review.notices.orders import propose_order
from review.staff.actors import batch

YEAR_AFTER = tax_year_label(western_year(TAX_YEAR) + 1)
# Everybody of the city has a document: without the second, nobody would be sent a return form.
_STATEMENTS = (
    f"""INSERT INTO levy_yearperson (tax_year, addressee_id, residency, ward, address, taken_at,
            by_hand)
        SELECT '{YEAR_AFTER}', addressee_id, residency, ward, address, taken_at, false
        FROM levy_yearperson WHERE tax_year = '{TAX_YEAR}'""",
    "ALTER TABLE assessment_sourcedocument DISABLE TRIGGER USER",
    "UPDATE assessment_sourcedocument SET declares_other = true WHERE kind = 'resident_return'",
    "ALTER TABLE assessment_sourcedocument ENABLE TRIGGER USER",
    "ANALYZE levy_yearperson, assessment_sourcedocument",
)


def measure_lists() -> dict[str, Any]:
    """Make both lists of the year after, and look for who waits for each kind of letter."""
    now, by = timezone.now(), batch("bench-lists")
    today = timezone.localdate(now)
    with connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(statement)
    found: dict[str, Any] = {}
    lists = {
        Order.Kind.RETURN_FORM: list_residents,
        Order.Kind.SUMMARY_FORM: lambda order: list_employers(order, today),
    }
    for kind, make in lists.items():
        with transaction.atomic():
            order = propose_order(kind, YEAR_AFTER, by=by, reason="bench", now=now)
            found[kind], listed = _timed(partial(make, order))
            found[kind]["listed"] = listed
    for kind in Mailing.Kind:
        found[f"letters_{kind}"], waiting = _timed(partial(targets, kind, TAX_YEAR, today))
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
