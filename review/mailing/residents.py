"""Residents who are sent a 住民税申告書: everybody of the year with a reason, in one statement."""

from typing import Any

from django.db import connection

from review.assessment.papers import REPORTS, RETURNS
from review.levy.queries import previous_year
from review.mailing import rules
from review.notices.models import Order
from review.rights.services import stopped_people

# Income that comes in no report: what a return says beside salaries and pensions, and salaries of
# which no report came (assessment.declared: the content itself is sealed).
_TAKE = """
WITH filed AS (
    SELECT addressee_id, bool_or(channel <> 'online') AS on_paper,
        (array_agg(channel ORDER BY submitted_at DESC))[1] = 'online' AS last_online
    FROM cases_case
    WHERE tax_year = %(before)s AND state IN ('accepted', 'imported', 'closed')
        AND addressee_id IS NOT NULL
    GROUP BY 1),
papers AS (
    SELECT addressee_id, bool_or(kind = 'tax_return') AS tax_return,
        bool_or(kind = ANY(%(income)s)) AS about_income,
        bool_or(kind = 'public_assistance') AS assisted,
        bool_or(kind = 'salary_report') AS salary_report,
        bool_or(declares_other) AS other, bool_or(declares_salary) AS salary
    FROM assessment_sourcedocument
    WHERE tax_year = %(before)s AND replaced_by_id IS NULL AND voided_at IS NULL
    GROUP BY 1),
claimed AS (SELECT DISTINCT person_key FROM reconcile_claim WHERE tax_year = %(before)s),
here AS (
    SELECT addressee_id FROM cases_case
    WHERE tax_year = %(year)s AND addressee_id IS NOT NULL
        AND state NOT IN ('rejected', 'withdrawn', 'superseded', 'intake_error', 'forwarded')
    UNION SELECT addressee_id FROM assessment_sourcedocument
    WHERE tax_year = %(year)s AND kind = ANY(%(returns)s)
        AND replaced_by_id IS NULL AND voided_at IS NULL),
sent AS (
    SELECT t.addressee_id FROM mailing_target t
    JOIN notices_order o ON o.id = t.order_id
    JOIN notices_issueddocument d ON d.target_id = t.id
    WHERE o.tax_year = %(year)s AND o.kind = %(kind)s),
judged AS (
    SELECT p.id, p.number, array_remove(ARRAY[
            CASE WHEN filed.on_paper THEN 'paper_return' END,
            CASE WHEN papers.other OR papers.salary AND NOT papers.salary_report
                THEN 'other_income' END,
            CASE WHEN papers.about_income IS NOT TRUE AND papers.assisted IS NOT TRUE
                AND claimed.person_key IS NULL AND filed.addressee_id IS NULL
                AND p.birth_date <= %(born)s THEN 'no_document' END
        ], NULL) AS reasons, ARRAY[
            CASE WHEN p.died_on IS NOT NULL THEN 'died' END,
            CASE WHEN p.id = ANY(%(stopped)s::uuid[]) THEN 'stopped' END,
            CASE WHEN here.addressee_id IS NOT NULL THEN 'filed' END,
            CASE WHEN papers.tax_return THEN 'tax_return' END,
            CASE WHEN filed.last_online THEN 'electronic' END
        ] AS against
    FROM levy_yearperson y
    JOIN addressees_addressee p ON p.id = y.addressee_id
    LEFT JOIN filed ON filed.addressee_id = p.id
    LEFT JOIN papers ON papers.addressee_id = p.id
    LEFT JOIN claimed ON claimed.person_key = encode(p.number_index, 'hex')
    LEFT JOIN here ON here.addressee_id = p.id
    LEFT JOIN sent ON sent.addressee_id = p.id
    WHERE y.tax_year = %(year)s AND y.residency = 'resident' AND sent.addressee_id IS NULL),
chosen AS (
    SELECT id, number,
        ARRAY(SELECT r FROM unnest(reasons) r WHERE r = ANY(%(reasons)s)) AS reasons,
        coalesce((SELECT a FROM unnest(against) WITH ORDINALITY AS e (a, n)
            WHERE a = ANY(%(left_out)s) ORDER BY n LIMIT 1), '') AS left_out
    FROM judged)
INSERT INTO mailing_target (order_id, addressee_id, employer, employer_number, designated_number,
    address, reasons, left_out, left_out_by)
SELECT %(order)s, id, '', '', '', '', reasons, left_out, '' FROM chosen
WHERE reasons <> '{}' ORDER BY number
"""


def list_residents(order: Order) -> int:
    """Put the residents of a year on the list of an order; return how many."""
    year = order.tax_year
    named: dict[str, Any] = {
        "order": order.pk,
        "kind": order.kind,
        "year": year,
        "before": previous_year(year),
        "born": rules.born_by(year),
        "income": [*RETURNS, *REPORTS],
        "returns": list(RETURNS),
        "stopped": [str(person) for person in stopped_people()],
        "reasons": rules.switched_on(rules.reasons(order.kind)),
        "left_out": rules.switched_on(rules.exclusions(order.kind)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, named)
        return cursor.rowcount
