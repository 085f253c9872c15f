"""新年度個人基本: who was here on 賦課期日 (地方税法39条・318条), taken from 宛名 at once."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from filing.calendar import assessment_date
from review.audit.services import record_by
from review.levy.models import YearPerson
from review.staff.actors import Actor

# Who moved out or died on the day itself was not here any more; who moved in on it was. A person
# without a record of residence (住登外) is taxed where the documents say that they live here.
_TAKE = """
INSERT INTO levy_yearperson (tax_year, addressee_id, residency, ward, address, taken_at)
SELECT %(year)s, p.id,
    CASE WHEN p.birth_date > %(day)s OR p.died_on <= %(day)s THEN 'elsewhere'
         WHEN p.kind = 'non_resident' THEN 'non_resident'
         WHEN p.moved_in_on > %(day)s OR p.moved_out_on <= %(day)s THEN 'elsewhere'
         ELSE 'resident' END,
    p.ward, coalesce(nullif(p.address_jan1, ''), p.address), %(now)s
FROM addressees_addressee p
ORDER BY p.number
ON CONFLICT (tax_year, addressee_id) DO UPDATE
SET residency = excluded.residency, ward = excluded.ward, address = excluded.address,
    taken_at = excluded.taken_at
WHERE NOT levy_yearperson.by_hand
  AND (levy_yearperson.residency, levy_yearperson.ward, levy_yearperson.address)
      IS DISTINCT FROM (excluded.residency, excluded.ward, excluded.address)
"""


def take_population(tax_year: str, *, by: Actor, now: datetime) -> dict[str, int]:
    """Make or renew the basics of a year; return how many people there are by residency.

    Run again it changes whom the register has changed since, but nobody whom two people changed.
    """
    named: dict[str, Any] = {"year": tax_year, "day": assessment_date(tax_year), "now": now}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, named)
            changed = cursor.rowcount
        counts = population_counts(tax_year)
        detail = {"tax_year": tax_year, "changed": changed, **counts}
        record_by(by, "basics.taken", reason="新年度個人基本の作成", now=now, detail=detail)
    return counts


def population_counts(tax_year: str) -> dict[str, int]:
    """Return how many people a year has, by residency (課税権の区分)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT residency, count(*) FROM levy_yearperson WHERE tax_year = %s GROUP BY 1",
            [tax_year],
        )
        found = dict(cursor.fetchall())
    return {kind: found.get(kind, 0) for kind in YearPerson.Residency.values}
