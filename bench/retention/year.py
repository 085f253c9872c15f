"""python -m bench.retention.year: a year's bodies dropped at once, beside erasing them in chunks.

For two numbers of originals of 8 KB each, which do not compress, as sealed bytes do not. The
originals themselves are gone already, as they are when a run comes to the bodies. Writes
bench/results/retention_year.json.
"""

import json
import os
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.argv = [sys.argv[0], "tests/review"]

os.environ.setdefault("LOG_LEVEL", "ERROR")
import bench.engine  # noqa: E402, F401
import tests.zone  # noqa: E402, F401

# ruff: isort: split
import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: E402
from django.utils import timezone  # noqa: E402

from review.cases import bodies  # noqa: E402
from review.retention.bodies import erase_bodies  # noqa: E402
from review.retention.models import Erasure, Run  # noqa: E402
from review.staff.actors import batch  # noqa: E402

COUNTS = tuple(map(int, os.environ.get("COUNTS", "20000,100000").split(",")))
SIZE = 8_192
BY = batch("bench")
FILL = """
INSERT INTO cases_originalbody (original_id, tax_year, sealed)
SELECT gen_random_uuid(), %(year)s,
    substr(%(bytes)s, n %% %(size)s + 1) || substr(%(bytes)s, 1, n %% %(size)s)
FROM generate_series(1, %(count)s) AS n
"""


def erased_in(year: str, count: int, *, with_part: bool) -> float:
    """Fill a year, with a part of its own or without one, and return the seconds of erasing it."""
    with connection.cursor() as cursor:
        if with_part:
            cursor.execute("SELECT original_open_year(%s)", [year])
        given = {"year": year, "bytes": os.urandom(SIZE), "size": SIZE, "count": count}
        cursor.execute(FILL, given)
    run = Run.objects.create(
        number=Run.objects.count() + 1,
        as_of=date(2030, 4, 1),
        years=[year],
        digest="",
        proposed_by=BY.id,
        proposed_at=timezone.now(),
    )
    certificate = Erasure.objects.create(
        number=run.number, run=run, procedure="bench", as_of=run.as_of, made_at=timezone.now(),
        made_by=BY.id, counts={}, items=[], digest="",
    )  # fmt: skip
    start = time.perf_counter()
    erase_bodies(run, certificate, by=BY, now=timezone.now())
    taken = time.perf_counter() - start
    assert not bodies.OriginalBody.objects.filter(tax_year=year).exists()
    return round(taken, 3)


def measure() -> list[dict[str, Any]]:
    return [
        {
            "bodies": count,
            "megabytes": round(count * SIZE / 1e6),
            "dropped_s": erased_in(f"R{20 + at}", count, with_part=True),
            "in_chunks_s": erased_in(f"R{30 + at}", count, with_part=False),
        }
        for at, count in enumerate(COUNTS)
    ]


def main() -> None:
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        found = {"years": measure(), "load": os.getloadavg()[0]}
    finally:
        teardown_databases(databases, verbosity=0)
    print(json.dumps(found, indent=2))
    path = ROOT / "bench" / "results" / "retention_year.json"
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
