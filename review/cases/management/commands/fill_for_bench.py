"""fill_for_bench: a made-up office with very many cases, for measuring only."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

# Made in the database itself: sending a million rows there would take longer than making them.
# However many there are, a name begins alike for as many people and the cases came in over the same
# 35 days: what a page finds does not depend on the size, so that only its time can.
STATEMENTS = (
    """
    INSERT INTO addressees_addressee (id, number, name, kana, birth_date, sex, address,
        address_jan1, ward, name_key, kana_key, number_sealed, number_index)
    SELECT gen_random_uuid(), 'B' || n, '試験 ' || name, 'シケン ' || name, '1980-01-01', '1',
        '試験町' || n, '', (ARRAY['中央区', '東区', '西区', '南区', '北区'])[1 + (n / 20) %% 5],
        '試験' || name, 'シケン' || name, ''::bytea, sha256(('number' || n)::bytea)
    FROM generate_series(%(first)s, %(last)s) AS n, lpad(n::text, 7, '0') AS name
    """,
    """
    INSERT INTO cases_original (id, message_id, sha256, size, sealed_sha256, sent_at, received_at)
    SELECT md5('o' || n)::uuid, md5('m' || n)::uuid, '', 0, '', now(), now()
    FROM generate_series(%(first)s, %(last)s) AS n
    """,
    """
    INSERT INTO cases_originalbody (original_id, tax_year, sealed)
    SELECT md5('o' || n)::uuid, 'R9', ''::bytea
    FROM generate_series(%(first)s, %(last)s) AS n
    """,
    """
    INSERT INTO cases_case (id, procedure, tax_year, receipt_number, filing_id, version,
        original_id, submitted_at, received_at, target_at, state, state_changed_at, revision,
        outward_stage, attempts, trouble, verdict, verdict_reason, verdict_message, evidence,
        certificate_issuer, certificate_serial, addressee_id, match_method, candidates, checks,
        forward, proposed_by_id, proposed_at, confirmed_by_id, confirmed_at, decision_reason,
        correction_fields, correction_message, hold, put_aside, assigned_to_id)
    SELECT md5('c' || n)::uuid, 'resident-tax-return', 'R9', 'B-' || n, md5('f' || n)::uuid, 1,
        md5('o' || n)::uuid, at, at, at + interval '28 days', state, at, 1, '', 0, '',
        'TOTAL_PASSED', '', '', '{}', '', '', a.id, 'certificate', '[]', '[]', false,
        %(one)s, at, CASE WHEN state = 'closed' THEN %(two)s END,
        CASE WHEN state = 'closed' THEN at END, '', '[]', '', '', '',
        CASE WHEN n %% 20 = 1 THEN %(one)s END
    FROM (
        SELECT n,
            timestamptz '2027-01-20' + n::bigint * 7919 %% 3000000 * interval '1 second' AS at,
            CASE WHEN n %% 20 = 0 THEN 'queued' WHEN n %% 20 = 1 THEN 'in_review' ELSE 'closed' END
                AS state
        FROM generate_series(%(first)s, %(last)s) AS n
    ) AS made
    JOIN addressees_addressee AS a ON a.number = 'B' || made.n
    """,
    """
    INSERT INTO audit_auditevent (position, at, actor, department, terminal, reason,
        addressee_number, four_attributes, action, subject, detail, payload_hash, previous_hash,
        hash)
    SELECT start + n, timestamptz '2027-01-20' + n * interval '1 second', 'K' || n %% 100,
        '市民税課', '10.0.0.1', '申告の審査', 'B' || n / 5, '{}', 'case.viewed',
        'case:B-' || n / 5 || ':1', '{}', '', '', md5('e' || n)
    FROM generate_series(%(first)s * 5 - 4, %(last)s * 5) AS n,
        (SELECT coalesce(max(position), 0) AS start FROM audit_auditevent) AS known
    """,
)
TABLES = ("addressees_addressee", "cases_original", "cases_case", "audit_auditevent")


class Command(BaseCommand):
    help = (
        "Add made-up cases, five log entries each, to a database that is for measuring. "
        "The entries form no chain: verify_audit_log finds the first of them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--first", type=int, default=1, help="number of the first case")
        parser.add_argument("--last", type=int, required=True, help="number of the last case")
        parser.add_argument("--staff", nargs=2, type=int, required=True, metavar="ID")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("only a demo or test database may be filled")
        one, two = options["staff"]
        given = {"first": options["first"], "last": options["last"], "one": one, "two": two}
        with transaction.atomic(), connection.cursor() as cursor:
            # Nobody acted, so there is no entry for each row that the trigger could ask for.
            cursor.execute("ALTER TABLE cases_case DISABLE TRIGGER case_change_audited")
            for statement in STATEMENTS:
                cursor.execute(statement, given)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE cases_case ENABLE TRIGGER case_change_audited")
        # Without this the first requests would share the machine with the automatic clean-up.
        with connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"VACUUM (ANALYZE) {table}")
        self.stdout.write(f"cases {options['first']} to {options['last']}")
