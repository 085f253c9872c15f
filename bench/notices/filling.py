"""A city whose notices are out: decisions, collections and issued documents, by COPY and in SQL.

Nobody in it exists, and hardly two have the same figures: Typst remembers what it has laid out. Six
in ten pay by salary, the others by hand; one in fifty is not notified yet.
"""

from typing import Any

from django.db import connection

from bench.assessment import city
from bench.tax.city import synthetic_city

TAX_YEAR = city.TAX_YEAR
BATCH = 200
_TABLES = ("notices_issueddocument", "notices_printfile", "notices_order", "levy_decision")
# One statement a table; %(year)s and the moment are the only values.
_STATEMENTS = (
    """INSERT INTO levy_yearperson (tax_year, addressee_id, residency, ward, address, taken_at,
           by_hand)
       SELECT %(year)s, id, CASE WHEN number::bigint %% 400 = 0 THEN 'non_resident'
           ELSE 'resident' END, ward, address, %(at)s, false FROM addressees_addressee""",
    """INSERT INTO assessment_mergedbasis (id, tax_year, addressee_id, revision, answers, origins,
           made_at, made_by)
       SELECT id, %(year)s, id, 1, '{}', '{}', %(at)s, 'bench' FROM addressees_addressee""",
    """INSERT INTO assessment_assessment (id, basis_id, state, inputs, result, explanation, total,
           trouble, computed_at, computed_by)
       SELECT b.id, b.id, 'computed', '{}', jsonb_build_object('total', 100000 + p.serial,
           'taxable', 1000000 + 17 * p.serial, 'income_levy_city', 70000 + p.serial,
           'total_income_gokei', 2000000 + 31 * p.serial), '[]', 120000, '', %(at)s, 'bench'
       FROM assessment_mergedbasis b JOIN LATERAL (SELECT number::bigint %% 99991 AS serial
           FROM addressees_addressee WHERE id = b.addressee_id) p ON true""",
    """INSERT INTO levy_decision (tax_year, addressee_id, assessment_id, number, state, cause,
           remark, total, previous_total, refund, decided_on, month, proposed_by, confirmed_by)
       SELECT %(year)s, basis_id, id, 1, 'decided', 'initial', '', 120000, NULL, 0, '2027-05-10',
           '2027-05-01', 'one', 'two' FROM assessment_assessment""",
    """INSERT INTO levy_collection (assessment_id, method, employer, employer_number, total,
           amounts)
       SELECT d.assessment_id,
           CASE WHEN p.number::bigint %% 10 < 6 THEN 'salary' ELSE 'ordinary' END,
           CASE WHEN p.number::bigint %% 10 < 6 THEN '試験商店' ELSE '' END,
           CASE WHEN p.number::bigint %% 10 < 6
               THEN (7000000000000 + p.number::bigint %% 9000)::text ELSE '' END,
           120000, CASE WHEN p.number::bigint %% 10 < 6 THEN array_fill(10000, ARRAY[12])
               ELSE array_fill(25000 + p.number::int %% 9973, ARRAY[4]) END
       FROM levy_decision d JOIN addressees_addressee p ON p.id = d.addressee_id""",
    """INSERT INTO notices_order (kind, tax_year, channel, employer, employer_number, state, made,
           proposed_by, proposed_at, confirmed_by, confirmed_at, done_at)
       SELECT 'ordinary', %(year)s, 'paper', '', '', 'done', 370, 'one', %(at)s, 'two', %(at)s,
           %(at)s FROM generate_series(1, 2000)""",
    """INSERT INTO notices_printfile (id, order_id, tax_year, name, channel, count, sha256, made_at,
           made_by, handed_to, handed_by, received)
       SELECT gen_random_uuid(), (SELECT min(id) FROM notices_order) + n %% 2000, %(year)s,
           'ordinary-' || n || '.pdf', 'paper', 200, repeat('0', 64), %(at)s, 'bench', '', '', NULL
       FROM generate_series(1, %(files)s) n""",
    """INSERT INTO notices_issueddocument (kind, tax_year, decision_id, employer, employer_number,
           content, sha256, print_file_id, issued_at, issued_by)
       SELECT CASE WHEN c.method = 'salary' THEN 'employee' ELSE 'ordinary' END, %(year)s, d.id,
           c.employer, c.employer_number,
           convert_to(repeat('項目と金額', 60), 'UTF8'), '',
           NULL, %(at)s, 'bench'
       FROM levy_decision d JOIN levy_collection c ON c.assessment_id = d.assessment_id
       WHERE d.id %% 50 <> 0""",
    """INSERT INTO levy_yearrun (id, tax_year, state, proposed_by, proposed_at, confirmed_by,
           confirmed_at, finished_at, people, totals, movers)
       VALUES (gen_random_uuid(), %(year)s, 'done', 'one', %(at)s, 'two', %(at)s, %(at)s, 0, '{}',
           '[]')""",
)


def fill(people: int) -> dict[str, int]:
    """Enter so many people, all decided, 49 in 50 of them notified; return what there is."""
    named: dict[str, Any] = {
        "year": TAX_YEAR,
        "at": city.RECEIVED,
        "files": people // BATCH,
    }
    city.copy_people(synthetic_city(people))
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in _STATEMENTS:
            cursor.execute(statement, named)
        for table in _TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("VACUUM ANALYZE")
        found = {}
        for table in ("levy_decision", "notices_issueddocument", "notices_printfile"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found
