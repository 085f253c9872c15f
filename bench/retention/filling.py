"""A made-up year that is due, closed cases with originals and people; and sealed 資料 that stay."""

import hashlib
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from review import year_keys
from review.addressees.models import Addressee
from review.assessment.models import SourceDocument

YEAR = "R1"
BATCH = 5_000
CONTENT = {
    "payer_address": "試験町1丁目2番3号",
    "name": "試験 太郎",
    "social_insurance": 431_200,
    "withheld": 61_400,
    "remark": "普通徴収への切替なし。前職分を含みません。",
}
STATEMENTS = (
    """
    INSERT INTO addressees_addressee (id, number, name, kana, birth_date, sex, address,
        address_jan1, ward, name_key, number_sealed, number_index)
    SELECT md5('ra' || n)::uuid, 'R' || n, '試験 ' || n, 'シケン ' || n, '1980-01-01', '1',
        '試験町' || n, '', '東区', '試験' || n, ''::bytea, sha256(('retained' || n)::bytea)
    FROM generate_series(1, %(count)s) AS n ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO cases_original (id, message_id, sha256, size, sealed_sha256, sent_at, received_at)
    SELECT md5('ro' || n)::uuid, md5('rm' || n)::uuid, '', %(bytes)s, '', now(), now()
    FROM generate_series(1, %(count)s) AS n
    """,
    "SELECT original_open_year(%(year)s)",
    """
    INSERT INTO cases_case (id, procedure, tax_year, receipt_number, filing_id, version,
        original_id, submitted_at, received_at, target_at, state, state_changed_at, revision,
        outward_stage, attempts, trouble, verdict, verdict_reason, verdict_message, evidence,
        certificate_issuer, certificate_serial, addressee_id, match_method, candidates, checks,
        forward, proposed_by_id, proposed_at, confirmed_by_id, confirmed_at, decision_reason,
        correction_fields, correction_message, hold, put_aside)
    SELECT md5('rc' || n)::uuid, 'resident-tax-return', %(year)s,
        '2019-' || lpad(n::text, 7, '0') || '-A', md5('rf' || n)::uuid, 1,
        md5('ro' || n)::uuid, at, at, at + interval '28 days', 'closed', at, 1, '', 0, '',
        'TOTAL_PASSED', '', '', '{}', '', '', md5('ra' || n)::uuid, 'certificate', '[]', '[]',
        false, %(one)s, at, %(two)s, at, '', '[]', '', '', ''
    FROM (SELECT n, timestamptz '2019-02-01' + n * interval '1 second' AS at
          FROM generate_series(1, %(count)s) AS n) AS made
    """,
)


def fill(count: int, one: int, two: int, *, size: int = 64) -> None:
    """Make the year's rows and bring the tables' statistics up."""
    given = {"count": count, "year": YEAR, "one": one, "two": two, "bytes": size}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cases_case DISABLE TRIGGER case_change_audited")
        for statement in STATEMENTS:
            cursor.execute(statement, given)
        _copy_bodies(cursor, count, size)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE cases_case ENABLE TRIGGER case_change_audited")
    vacuum()


def _copy_bodies(cursor: Any, count: int, size: int) -> None:
    """Copy the contents of the originals in, each sealed under the year's key as on arrival."""
    seal = year_keys.sealer(YEAR)
    columns = "cases_originalbody (original_id, tax_year, sealed)"
    with cursor.copy(f"COPY {columns} FROM STDIN WITH (FORMAT BINARY)") as copy:
        copy.set_types(["uuid", "text", "bytea"])
        for n in range(1, count + 1):
            pk = UUID(hashlib.md5(f"ro{n}".encode()).hexdigest())
            copy.write_row((pk, YEAR, seal(b"x" * size, f"original:content:{pk}")))


def fill_documents(count: int) -> None:
    """Make 給与支払報告書 of an open year: the proof opens each and searches it."""
    people = list(Addressee.objects.exclude(number__startswith="R").values_list("pk", flat=True))
    for first in range(0, count, BATCH):
        SourceDocument.objects.bulk_create(
            SourceDocument(
                tax_year="R9",
                addressee_id=people[n % len(people)],
                kind=SourceDocument.Kind.SALARY_REPORT,
                source=f"bench:{n}",
                content={**CONTENT, "payer": f"試験株式会社 {n % 997}", "amount": 3_000_000 + n},
                received_at=timezone.now(),
            )
            for n in range(first, min(first + BATCH, count))
        )


def vacuum() -> None:
    """Clean up, so that nothing measured later shares the machine with the automatic one."""
    with connection.cursor() as cursor:
        for table in ("addressees_addressee", "cases_original", "cases_originalbody", "cases_case"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")
