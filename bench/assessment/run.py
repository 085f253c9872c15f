"""python -m bench.assessment.run: a year of a whole city, from documents to decisions and lists.

On a PostgreSQL of its own. PEOPLE=740000 is the full size; nothing of making the data is counted.
Writes bench/results/assessment.json.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.argv = [sys.argv[0], "tests/review"]
os.environ.setdefault("LOG_LEVEL", "ERROR")
from bench.engine import processor_seconds  # noqa: E402, I001
import tests.zone  # noqa: E402, F401

# ruff: isort: split
import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.assessment.city import TAX_YEAR, fill  # noqa: E402
from bench.assessment.lists import measure_lists  # noqa: E402
from bench.assessment.notices import measure_notices  # noqa: E402
from review.levy.models import Decision  # noqa: E402
from review.levy.progress import progress_of  # noqa: E402
from review.levy.workers import assess_in_parallel  # noqa: E402
from review.levy.year import confirm_run, finish_run, propose_run  # noqa: E402
from review.staff.actors import batch  # noqa: E402

PEOPLE = int(os.environ.get("PEOPLE", "740000"))
WORKERS = int(os.environ.get("WORKERS", "2"))
RESULTS = ROOT / "bench" / "results" / "assessment.json"
ONE, OTHER, NIGHT = batch("bench-one"), batch("bench-other"), batch("assess-year")


def run_year() -> dict[str, Any]:
    """Run the year through with two workers and return the seconds of each step."""
    now, seconds = timezone.now(), {}

    def timed(name: str, act: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        answer = act()
        seconds[name] = round(time.perf_counter() - start, 1)
        return answer

    run = timed("basics", lambda: propose_run(TAX_YEAR, by=ONE, reason="bench", now=now))
    timed("chunk_list", lambda: confirm_run(run, by=OTHER, reason="bench", now=now))
    before, engine_before = _children_seconds(), processor_seconds()
    own_before = time.process_time()
    timed("assessing", lambda: assess_in_parallel(run, WORKERS, by=NIGHT, now=now))
    workers = round(_children_seconds() - before, 1)
    done = timed("dependants_decisions_totals", lambda: finish_run(run, by=NIGHT, now=now))
    engine = round(processor_seconds() - engine_before, 1)
    own = round(time.process_time() - own_before, 1)
    found = progress_of(done)
    return {
        "seconds": seconds,
        "seconds_together": round(sum(seconds.values()), 1),
        # Whatever else the machine does, this is what the run itself costs.
        "processor_seconds": {"workers": workers, "command": own, "postgresql": engine},
        "seconds_if_cores_were_its_own": round((workers + own + engine) / (os.cpu_count() or 1), 1),
        "worker_seconds_by_phase": found["seconds_by_phase"],
        "counts": found["counts"],
        "chunks": found["chunks"],
        "wards": len(found["totals"]["wards"]),
    }


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def sizes() -> dict[str, int]:
    """Return the megabytes of each large table with its indexes."""
    tables = (
        *(
            "assessment_sourcedocument",
            "assessment_mergedbasis",
            "assessment_mergedbasis_documents",
        ),
        *("assessment_assessment", "levy_collection", "levy_decision", "levy_yearperson"),
        "reconcile_claim",
    )
    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute("SELECT pg_total_relation_size(%s) / 1048576", [table])
            found[table] = cursor.fetchone()[0]
    return found


def sum_of_tax() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(total), 0) FROM levy_decision")
        return int(cursor.fetchone()[0])


def main() -> int:
    setup_test_environment()
    config = setup_databases(verbosity=0, interactive=False)
    try:
        start = time.perf_counter()
        filled = fill(PEOPLE)
        print(f"filled {filled} in {time.perf_counter() - start:.0f} s", file=sys.stderr)
        answer = {
            "people": PEOPLE,
            "documents": filled["documents"],
            "processors": os.cpu_count(),
            "workers": WORKERS,
            "load_before": round(os.getloadavg()[0], 1),
            "first_run": run_year(),
        }
        answer["decisions"] = Decision.objects.count()
        answer["sum_of_tax"] = sum_of_tax()
        answer["megabytes"] = sizes()
        answer["same_again"] = run_year()
        answer["lists"] = measure_lists()
        answer["notices"] = measure_notices()
        answer["limits"] = {"first_run_seconds": 300}
        print(json.dumps(answer, ensure_ascii=False, indent=1))
        if PEOPLE >= 740_000:
            RESULTS.write_text(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
    finally:
        teardown_databases(config, verbosity=0)
    return 0 if answer["first_run"]["seconds_together"] <= 300 else 1


if __name__ == "__main__":
    sys.exit(main())
