"""Checks of dependants over a whole year (扶養の重複・所得・年齢), or of a few claimants.

The keyed hash in a claim is the one by which the register finds a 個人番号, so the database joins
claims with one another and with what it knows of the person claimed.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

import filing
from filing.calendar import age_at_year_end, income_year, income_year_end
from review.reconcile.comparison import Difference, yen
from review.reconcile.deaths import day_in_dispute, shown
from review.reconcile.dependants import SPECIFIC
from review.reconcile.models import Disagreement, text_index

Kind = Disagreement.Kind
DENYING_KINDS = frozenset({Kind.DEPENDANT_TWICE, Kind.DEPENDANT_INCOME, Kind.DEPENDANT_AGE})
DEPENDANT_KINDS = DENYING_KINDS | {Kind.DEPENDANT_DEATH}
_TWICE = """
SELECT a.addressee_id, a.person_key, a.document, array_agg(o.number ORDER BY o.number),
       array_agg(b.document ORDER BY o.number)
FROM reconcile_claim a
JOIN reconcile_claim b ON b.tax_year = a.tax_year AND b.person_key = a.person_key
                      AND b.addressee_id <> a.addressee_id
JOIN addressees_addressee o ON o.id = b.addressee_id
WHERE a.tax_year = %(year)s AND (%(ids)s::uuid[] IS NULL OR a.addressee_id = ANY(%(ids)s::uuid[]))
GROUP BY a.addressee_id, a.person_key, a.document
ORDER BY a.addressee_id, a.person_key
"""
# The newest assessment of whoever is claimed says what that person's income was.
_KNOWN = """
SELECT c.addressee_id, c.person_key, c.document, c.role, c.birth_date, c.category, c.total_income,
       c.died_on, p.number, p.birth_date, p.died_on, own.income
FROM reconcile_claim c
JOIN addressees_addressee p ON p.number_index = decode(c.person_key, 'hex')
LEFT JOIN LATERAL (
    SELECT (a.result->>'total_income_gokei')::bigint AS income
    FROM assessment_mergedbasis b JOIN assessment_assessment a ON a.basis_id = b.id
    WHERE b.tax_year = c.tax_year AND b.addressee_id = p.id
    ORDER BY b.revision DESC LIMIT 1
) own ON true
WHERE c.tax_year = %(year)s AND (%(ids)s::uuid[] IS NULL OR c.addressee_id = ANY(%(ids)s::uuid[]))
ORDER BY c.addressee_id, c.person_key
"""
_TOUCHED = """
SELECT DISTINCT b.addressee_id FROM reconcile_claim a
JOIN reconcile_claim b ON b.tax_year = a.tax_year AND b.person_key = a.person_key
WHERE a.tax_year = %(year)s AND a.addressee_id = %(id)s
UNION SELECT c.addressee_id FROM reconcile_claim c
JOIN addressees_addressee p ON p.number_index = decode(c.person_key, 'hex')
WHERE c.tax_year = %(year)s AND p.id = %(id)s
UNION SELECT d.addressee_id FROM reconcile_disagreement d
WHERE d.tax_year = %(year)s AND d.kind = 'dependant_twice' AND d.others_index = %(named)s
UNION SELECT %(id)s
"""


def touched_claimants(addressee: Any, tax_year: str) -> set[UUID]:
    """Return whose dependants have to be looked at again after a person's documents changed."""
    named = {
        "year": tax_year,
        "id": addressee.pk,
        "named": text_index(_numbers([addressee.number])),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, named)
        return {row[0] for row in cursor.fetchall()}


def dependant_differences(
    tax_year: str, claimants: Collection[UUID] | None = None
) -> Iterator[tuple[UUID, Difference]]:
    """Yield (claimant, difference); of everybody who claims somebody without `claimants`."""
    named = {"year": tax_year, "ids": None if claimants is None else list(claimants)}
    limits = filing.load_form(tax_year).limits
    with connection.cursor() as cursor:
        cursor.execute(_TWICE, named)
        for claimant, key, document, numbers, documents in cursor.fetchall():
            label = _("同じ人を別の納税者も扶養親族としています。")
            ids = sorted({document, *documents} - {""})
            yield claimant, Difference(Kind.DEPENDANT_TWICE, key, label, "", _numbers(numbers), ids)
        cursor.execute(_KNOWN, named)
        for row in cursor.fetchall():
            yield from _of_known(row, tax_year, limits)


def _numbers(numbers: list[str]) -> str:
    """Return who else claims, in the words by which the list is searched again."""
    shown = "、".join(dict.fromkeys(numbers))
    return _("宛名番号 %(number)s") % {"number": shown[:80]}


def _of_known(
    row: Any, tax_year: str, limits: Mapping[str, int]
) -> Iterator[tuple[UUID, Difference]]:
    claimant, key, document, role, stated_birth, category, declared, stated_death, *known = row
    number, born, died, income = known
    if born > income_year_end(tax_year):
        label = _("所得の年より後に生まれた人 宛名番号 %(number)s") % {"number": number}
        yield claimant, Difference(Kind.DEPENDANT_AGE, key, label, "", born.isoformat(), [document])
        return
    about = _("扶養している人 宛名番号 %(number)s") % {"number": number}
    stated, limit = declared or 0, limits["dependant"]
    if category == SPECIFIC:
        # A report that says how much was deducted says what they have at most; else the law's most.
        is_specific = 19 <= age_at_year_end(born, tax_year) <= 22
        stated = (declared or limits["specified_relative"]) if is_specific else 0
    if income is not None and income > max(stated, limit):
        sides = (yen(stated) if declared is not None else "", yen(income))
        over = income - max(stated, limit)
        yield claimant, Difference(Kind.DEPENDANT_INCOME, key, about, *sides, [document], over)
    if died and died.year < income_year(tax_year):
        label = _("所得の年より前に亡くなった人 宛名番号 %(number)s") % {"number": number}
        yield claimant, Difference(Kind.DEPENDANT_AGE, key, label, "", died.isoformat(), [document])
        return
    # A report has no box for the day: what its payer saw is the class alone.
    if stated_birth and day_in_dispute(role, born, stated_death, died, tax_year):
        label = _("死亡日 宛名番号 %(number)s") % {"number": number}
        sides = (shown(stated_death), shown(died))
        yield claimant, Difference(Kind.DEPENDANT_DEATH, key, label, *sides, [document])
    if stated_birth and stated_birth != born:
        sides = (stated_birth.isoformat(), born.isoformat())
        yield claimant, Difference(Kind.DEPENDANT_AGE, key, about, *sides, [document])
    elif not stated_birth and role == "relative" and _wrong_side_of_16(category, born, tax_year):
        claimed = _("16歳未満") if category == "under_16" else _("16歳以上")
        age = _("%(n)s歳") % {"n": age_at_year_end(born, tax_year)}
        yield claimant, Difference(Kind.DEPENDANT_AGE, key, about, claimed, age, [document])


def _wrong_side_of_16(category: str, born: date, tax_year: str) -> bool:
    return (age_at_year_end(born, tax_year) < 16) != (category == "under_16")
