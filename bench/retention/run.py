"""Erasing very many due cases with proof, beside a bare DELETE of the same rows in the same run.

DUE=1000000 is the full size. Meanwhile staff pages are asked for, one at a time, and their p95
is set beside what it is when nothing is erased. What goes is first written into the outside-storage
file (G-1), with its originals opened; the proof opens SEALED values that stay. The bare DELETE is
taken back once every condition of the database has been checked, so that the same rows go both
times. Rows are made in the database; their originals are 64 bytes each, so the figures say nothing
of large files. Writes bench/results/retention.json.
"""

import json
import os
import secrets
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
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

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.retention import filling  # noqa: E402
from config.keyring import Keyring  # noqa: E402
from review.cases.models import Case, Original  # noqa: E402
from review.retention import erasing, runs  # noqa: E402
from review.retention.models import Erasure, Run  # noqa: E402
from review.staff.actors import batch  # noqa: E402
from tests.review import story  # noqa: E402

DUE = int(os.environ.get("DUE", "1000000"))
OPEN = int(os.environ.get("OPEN", "10000"))
SEALED = int(os.environ.get("SEALED", "200000"))
AS_OF = date(2028, 4, 1)
BY, OTHER = batch("purge"), batch("bench")
IDLE_ROUNDS = 60


def bare_delete() -> float:
    """Erase the year's cases and originals with one DELETE each, under the same guards; undo it."""
    start = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        made = Erasure.objects.create(
            procedure="bench", as_of=AS_OF, made_at=timezone.now(), made_by=BY.id,
            counts={}, items=[], digest="",
        )  # fmt: skip
        cursor.execute("SELECT set_config('review.erasure', %s, true)", [str(made.pk)])
        cursor.execute(
            "CREATE TEMP TABLE going AS SELECT original_id FROM cases_case WHERE tax_year = %s",
            [filling.YEAR],
        )
        cursor.execute("DELETE FROM cases_case WHERE tax_year = %s", [filling.YEAR])
        cursor.execute("DELETE FROM cases_original o USING going g WHERE o.id = g.original_id")
        cursor.execute("DELETE FROM cases_originalbody WHERE tax_year = %s", [filling.YEAR])
        run = Run(number=0, as_of=AS_OF, digest="")
        runs.log(run, "retention.erased", BY, timezone.now())
        # What is checked at a commit is checked here.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        taken = time.perf_counter() - start
        transaction.set_rollback(True)
    return taken


def pages(client: Client, rounds: int, until: Any = None) -> list[float]:
    """Ask for staff pages in turn, a little apart, and return their milliseconds."""
    taken = []
    while (until is None and len(taken) < rounds) or (until is not None and not until()):
        for url in ("/", "/cases/", "/cases/?state=queued&ward=東区"):
            start = time.perf_counter()
            assert client.get(url).status_code == 200
            taken.append((time.perf_counter() - start) * 1000)
            time.sleep(0.1)
    return taken


def p95(taken: list[float]) -> float:
    return round(statistics.quantiles(taken, n=20)[-1], 1)


def in_child(work: Any, answer: Path) -> int:
    """Do the work in a process of its own, which writes its answer into a file."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    try:
        answer.write_text(json.dumps(work()))
    finally:
        connections.close_all()
        os._exit(0)


def erase() -> dict[str, float]:
    """List, approve and carry out; return the seconds of each step."""
    now = timezone.now()
    began = time.perf_counter()
    run = runs.propose(AS_OF, by=BY, now=now)
    listed = time.perf_counter()
    run = runs.approve(run, by=OTHER, now=now)
    run = erasing.carry_out(run, by=BY, now=now + timedelta(days=30))
    assert run.state == Run.State.DONE, run.state
    return {"list": listed - began, "erase_and_prove": time.perf_counter() - listed}


def outside_storage() -> dict[str, int]:
    """Return how much the certificates say that the outside-storage file holds."""
    parts = [part for one in Erasure.objects.all() for part in one.archive.get("parts", [])]
    lying = [path for path in Path(settings.ARCHIVE_DIR).rglob("*") if path.is_file()]
    assert len(lying) == len(parts), (len(lying), len(parts))
    megabytes = sum(path.stat().st_size for path in lying) // 1_000_000
    return {
        "parts": len(parts),
        "records": sum(part["records"] for part in parts),
        "megabytes": megabytes,
    }


def searched() -> dict[str, int]:
    """Return what the certificate of the cases says of its proof."""
    proof = Erasure.objects.get(procedure="resident-tax-return").proof
    return {name: proof[name] for name in ("columns", "opened", "names", "seconds")}


def measure(folder: Path) -> dict[str, Any]:
    staff = story.hire()
    ids = (str(staff["suzuki"].pk), str(staff["tanaka"].pk))
    call_command("fill_for_bench", "--last", str(OPEN), "--staff", *ids)
    client = story.signed_in(staff["suzuki"])
    filling.fill(DUE, *map(int, ids))
    filling.fill_documents(SEALED)
    bare = bare_delete()
    filling.vacuum()
    pages(client, 9)
    idle = pages(client, IDLE_ROUNDS)
    settings.ARCHIVE_DIR = str(folder / "archive")
    settings.ARCHIVE_KEYRING = Keyring({"bench": secrets.token_bytes(32)}, "bench")
    answer = folder / "answer.json"
    child = in_child(erase, answer)
    busy = pages(client, 0, lambda: os.waitpid(child, os.WNOHANG)[0] == child)
    steps = json.loads(answer.read_text())
    assert Case.objects.filter(tax_year=filling.YEAR).count() == 0
    assert Original.objects.count() == OPEN
    return {
        "due": DUE,
        "bare_delete_s": round(bare, 1),
        "list_s": round(steps["list"], 1),
        "erase_and_prove_s": round(steps["erase_and_prove"], 1),
        "ratio_to_bare": round(steps["erase_and_prove"] / bare, 2),
        "outside_storage": outside_storage(),
        "proof": searched(),
        "pages_p95_ms": {"idle": p95(idle), "while_erasing": p95(busy), "requests": len(busy)},
        "load": os.getloadavg(),
    }


def main() -> None:
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            found = measure(Path(folder))
    finally:
        teardown_databases(databases, verbosity=0)
    print(json.dumps(found, indent=2))
    path = ROOT / "bench" / "results" / "retention.json"
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
