"""After the chunks (当初賦課の締め): dependants, decisions, totals, who changed most."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from review.levy.models import YearRun
from review.levy.queries import previous_year
from review.reconcile import services as disagreements
from review.reconcile.comparison import Difference
from review.reconcile.dependant_checks import DEPENDANT_KINDS, dependant_differences
from review.reconcile.models import Disagreement

MOVERS = 100
# The newest assessment of everybody of a year.
_NEWEST = """
WITH newest AS (
    SELECT DISTINCT ON (b.addressee_id) b.addressee_id, b.id AS basis_id
    FROM assessment_mergedbasis b WHERE b.tax_year = %(year)s
    ORDER BY b.addressee_id, b.revision DESC
)
"""
_MARK = """
UPDATE assessment_assessment a SET state = 'check'
FROM newest n
WHERE a.basis_id = n.basis_id AND a.state = 'computed' AND EXISTS (
    SELECT 1 FROM reconcile_disagreement d
    WHERE d.tax_year = %(year)s AND d.addressee_id = n.addressee_id
      AND d.state IN ('open', 'proposed') AND NOT d.kind = ANY(%(notes)s))
"""
_DECIDE = """
INSERT INTO levy_decision (tax_year, addressee_id, assessment_id, number, state, cause, remark,
    total, previous_total, refund, decided_on, month, proposed_by, confirmed_by)
SELECT %(year)s, n.addressee_id, a.id, 1, 'decided', 'initial', '', a.total, NULL, 0,
       %(day)s, %(month)s, %(proposed_by)s, %(confirmed_by)s
FROM newest n
JOIN assessment_assessment a ON a.basis_id = n.basis_id AND a.state = 'computed'
JOIN levy_yearperson y ON y.tax_year = %(year)s AND y.addressee_id = n.addressee_id
                      AND y.residency <> 'elsewhere'
WHERE NOT EXISTS (
    SELECT 1 FROM levy_decision d WHERE d.tax_year = %(year)s
    AND d.addressee_id = n.addressee_id AND d.state <> 'dropped')
"""
_STATES = """
SELECT a.state, count(*) FROM newest n JOIN assessment_assessment a ON a.basis_id = n.basis_id
GROUP BY 1
"""
_WARDS = """
SELECT y.ward, count(*), count(*) FILTER (WHERE d.total > 0), sum(d.total)
FROM levy_decision d
JOIN levy_yearperson y ON y.tax_year = d.tax_year AND y.addressee_id = d.addressee_id
WHERE d.tax_year = %(year)s AND d.number = 1 AND d.state = 'decided' GROUP BY 1 ORDER BY 1
"""
_METHODS = """
SELECT y.ward, c.method, count(*), sum(c.total)
FROM levy_decision d
JOIN levy_yearperson y ON y.tax_year = d.tax_year AND y.addressee_id = d.addressee_id
JOIN levy_collection c ON c.assessment_id = d.assessment_id
WHERE d.tax_year = %(year)s AND d.number = 1 AND d.state = 'decided' GROUP BY 1, 2 ORDER BY 1, 2
"""
_MOVERS = """
SELECT p.number, old.total, d.total FROM levy_decision d
JOIN LATERAL (
    SELECT o.total FROM levy_decision o WHERE o.tax_year = %(before)s
    AND o.addressee_id = d.addressee_id AND o.state = 'decided' ORDER BY o.number DESC LIMIT 1
) old ON true
JOIN addressees_addressee p ON p.id = d.addressee_id
WHERE d.tax_year = %(year)s AND d.number = 1 AND d.state = 'decided' AND d.total <> old.total
ORDER BY abs(d.total - old.total) DESC, p.number LIMIT %(most)s
"""


def check_all_dependants(run: YearRun, now: datetime) -> dict[str, Any]:
    """Compare every claim of the year with the others and with the register."""
    tax_year = run.tax_year
    waiting = Disagreement.objects.filter(
        tax_year=tax_year, kind__in=DEPENDANT_KINDS, state__in=disagreements.WAITING
    )
    found: dict[UUID, list[Difference]] = {
        claimant: [] for claimant in waiting.values_list("addressee_id", flat=True)
    }
    for claimant, difference in dependant_differences(tax_year):
        found.setdefault(claimant, []).append(difference)
    disagreements.keep(found, tax_year, kinds=DEPENDANT_KINDS, now=now)
    marked = _execute(
        _NEWEST + _MARK, {"year": tax_year, "notes": [str(k) for k in disagreements.NOTES]}
    )
    return {"claimants": len(found), "marked": marked}


def decide_all(run: YearRun, now: datetime) -> dict[str, Any]:
    """Decide what nothing speaks against (当初賦課決定), and write down what came out."""
    day = timezone.localdate(now)
    named = {
        "year": run.tax_year,
        "day": day,
        "month": day.replace(day=1),
        "proposed_by": run.proposed_by,
        "confirmed_by": run.confirmed_by,
    }
    decided = _execute(_NEWEST + _DECIDE, named)
    run.totals = totals_of(run.tax_year)
    run.movers = movers_of(run.tax_year)
    return {"decided": decided}


def totals_of(tax_year: str) -> dict[str, Any]:
    """Return a year's decisions by 区 and kind of collection, and assessments by state."""
    named = {"year": tax_year}
    wards = {
        ward: {"people": people, "taxed": taxed, "total": int(total), "methods": {}}
        for ward, people, taxed, total in _rows(_WARDS, named)
    }
    for ward, method, count, total in _rows(_METHODS, named):
        wards[ward]["methods"][method] = {"people": count, "total": int(total)}
    return {"wards": wards, "states": dict(_rows(_NEWEST + _STATES, named))}


def movers_of(tax_year: str, most: int = MOVERS) -> list[dict[str, Any]]:
    """Return whose tax changed most against the year before: 宛名番号, then and now (yen)."""
    named = {"year": tax_year, "before": previous_year(tax_year), "most": most}
    names = ("number", "before", "now")
    return [dict(zip(names, row, strict=True)) for row in _rows(_MOVERS, named)]


def _execute(statement: str, named: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, named)
        return cursor.rowcount


def _rows(statement: str, named: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, named)
        return cursor.fetchall()
