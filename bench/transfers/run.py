"""A whole city's link file: people written, and recorded in the log one by one, per second.

On a PostgreSQL of its own, with made-up people and decisions. PEOPLE=700000 is the full size.
Writes bench/results/transfers.json.
"""

import json
import os
import sys
import tempfile
import time
from datetime import date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.argv = [sys.argv[0], "tests/review"]

os.environ.setdefault("LOG_LEVEL", "ERROR")
import tests.zone  # noqa: E402, F401

# ruff: isort: split
import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: E402

from review.audit.models import AuditEvent  # noqa: E402
from review.transfers import files, requests  # noqa: E402
from review.transfers.requests import Application  # noqa: E402
from review.transfers.targets import targets  # noqa: E402
from tests.review import story  # noqa: E402
from tests.review.story import NOW, REASON, SYSTEM, actor  # noqa: E402

PEOPLE = int(os.environ.get("PEOPLE", "50000"))
TARGET = "transfer-01"
RESULT = {
    "total_income_gokei": 2_760_000,
    "employment_income_after_adjustment": 2_760_000,
    "pension_income": 0,
    "per_capita_exempt": False,
    "income_levy_city": 80_000,
    "income_levy_pref": 20_000,
}
INPUTS = {"age": 41, "salary": 4_000_000, "relatives": [{"age": 11, "total_income": 0}]}
STATEMENTS = (
    """
    INSERT INTO addressees_addressee (id, number, name, kana, birth_date, sex, address,
        address_jan1, ward, name_key, kana_key)
    SELECT md5('p' || n)::uuid, lpad(n::text, 9, '0'), '試験 ' || n, 'シケン', '1985-01-01', '1',
        '試験町' || n, '', '中央区', '試験' || n, 'シケン'
    FROM generate_series(1, %(people)s) AS n
    """,
    """
    INSERT INTO assessment_mergedbasis (id, tax_year, addressee_id, revision, answers, origins,
        made_at, made_by)
    SELECT md5('b' || n)::uuid, 'R9', md5('p' || n)::uuid, 1, '{}', '{}', now(), 'bench'
    FROM generate_series(1, %(people)s) AS n
    """,
    """
    INSERT INTO assessment_assessment (id, basis_id, state, inputs, result, explanation, total,
        trouble, computed_at, computed_by)
    SELECT md5('a' || n)::uuid, md5('b' || n)::uuid, 'computed', %(inputs)s, %(result)s, '[]',
        100000, '', now(), 'bench'
    FROM generate_series(1, %(people)s) AS n
    """,
    """
    INSERT INTO levy_decision (tax_year, addressee_id, assessment_id, number, state, cause, remark,
        total, decided_on, month, proposed_by, confirmed_by)
    SELECT 'R9', md5('p' || n)::uuid, md5('a' || n)::uuid, 1, 'decided', 'initial', '', 100000,
        '2027-05-10', '2027-05-01', 'K1', 'K2'
    FROM generate_series(1, %(people)s) AS n
    """,
)


def fill() -> None:
    """Make people with a decided tax in the database itself."""
    given = {"people": PEOPLE, "inputs": json.dumps(INPUTS), "result": json.dumps(RESULT)}
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement, given)
        cursor.execute("VACUUM (ANALYZE)")


def make(folder: Path) -> dict[str, float]:
    """Make one link file by the services; return the seconds of its phases."""
    staff = story.hire()
    settings.LINK_DIR = str(folder)
    target, day = targets(date(2027, 2, 1))[TARGET], date(2027, 2, 1)
    asked = requests.ask(
        Application(
            target=TARGET,
            route="linkage",
            basis="条例",
            purpose="測定",
            conditions="なし",
            items=target.items,
            starts_on=day,
            ends_on=date(2028, 1, 31),
            applicant="測定",
        ),
        by=actor(staff["suzuki"]),
        now=NOW,
    )
    requests.approve(asked, decision="第1号", by=actor(staff["tanaka"]), now=NOW)
    given = {"by": actor(staff["suzuki"]), "reason": REASON, "now": NOW}
    file = files.order(TARGET, "R9", "initial", **given)
    marks: list[float] = []

    def clock() -> datetime:
        """Note when each phase begins: writing, each portion of the log, the hand-over."""
        marks.append(time.perf_counter())
        return NOW

    file = files.make(file, by=SYSTEM, clock=clock)
    end = time.perf_counter()
    entries = AuditEvent.objects.filter(action="data.released").count()
    assert (file.state, file.count, entries) == ("handed_over", PEOPLE, PEOPLE), file.trouble
    began, recording, handing_over = marks[0], marks[1], marks[-1]
    return {
        "written": round(recording - began, 1),
        "recorded in the log": round(handing_over - recording, 1),
        "handed over": round(end - handing_over, 1),
    }


def main() -> None:
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        fill()
        with tempfile.TemporaryDirectory() as folder:
            seconds = make(Path(folder))
    finally:
        teardown_databases(databases, verbosity=0)
    for what, taken in seconds.items():
        print(f"{what:20} {taken:8.1f} s for {PEOPLE:,} people")
    path = ROOT / "bench" / "results" / "transfers.json"
    result = {"people": PEOPLE, "seconds": seconds}
    path.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
