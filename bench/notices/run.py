"""python -m bench.notices.run: notices a minute, and the page of notices in a large city.

/notices/ with 740,000 notices issued; the PDF library by itself, a notice in a document and 200 in
one; and, in the same run, the whole way of a batch: rows, content, PDF, hash, log.
PEOPLE=740000 is the full size. Writes bench/results/notices.json.
"""

import json
import os
import statistics
import sys
import tempfile
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

from django.db import transaction  # noqa: E402
from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.assessment.notices import measure_notices  # noqa: E402
from bench.notices.filling import TAX_YEAR, fill  # noqa: E402
from review.notices import counting, orders, printing  # noqa: E402
from review.notices.models import WaitingCount  # noqa: E402
from review.staff.actors import batch  # noqa: E402
from tests.review import story  # noqa: E402
from tests.review.mail import MailKeys  # noqa: E402

PEOPLE = int(os.environ.get("PEOPLE", "740000"))
RESULTS = ROOT / "bench" / "results" / "notices.json"
ONE, OTHER = batch("bench-one"), batch("bench-other")
ROUNDS, WARM_UP = 30, 3


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = act()
    return time.perf_counter() - start, answer


def told(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def p95(request: Callable[[], Any], rounds: int = ROUNDS) -> float:
    for _round in range(WARM_UP):
        request()
    taken = [timed(request)[0] * 1000 for _round in range(rounds)]
    return round(statistics.quantiles(taken, n=20)[-1], 1)


def whole_way(batches: int) -> dict[str, Any]:
    """Carry out an order of residents' notices for so many files, as the worker does."""
    now = timezone.now()
    order = orders.propose_order("ordinary", TAX_YEAR, by=ONE, reason="bench", now=now)
    order = orders.confirm_order(order, by=OTHER, reason="bench", now=now)
    left = iter(range(batches))
    before, own = processor_seconds(), time.process_time()
    seconds, files = timed(
        lambda: printing.carry_out(
            order, by=ONE, now=now, go_on=lambda: next(left, None) is not None
        )
    )
    made = sum(file.count for file in files)
    return {
        "notices": made,
        "seconds": round(seconds, 1),
        "notices_a_minute": round(made / seconds * 60),
        "processor_seconds": round(time.process_time() - own, 1),
        "postgresql_processor_seconds": round(processor_seconds() - before, 1),
    }


def pages(client: Any) -> dict[str, Any]:
    """Return the p95 of /notices/ counting while one waits, and with the kept counts."""
    WaitingCount.objects.all().delete()
    live = p95(lambda: client.get("/notices/"), rounds=5)
    counting_seconds, _none = timed(lambda: counting.count(TAX_YEAR, now=timezone.now()))
    kept = p95(lambda: client.get("/notices/"))
    return {
        "counted_on_the_page_p95_ms": live,
        "kept_counts_p95_ms": kept,
        "counting_by_the_batch_seconds": round(counting_seconds, 1),
        "letters_p95_ms": p95(lambda: client.get("/letters/")),
    }


def main() -> int:
    setup_test_environment()
    config = setup_databases(verbosity=0, interactive=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            MailKeys.write(Path(folder))
            with transaction.atomic():
                staff = story.hire()
            answer: dict[str, Any] = {"people": PEOPLE, "processors": os.cpu_count()}
            answer["load_before"] = round(os.getloadavg()[0], 1)
            seconds, answer["filled"] = timed(lambda: fill(PEOPLE))
            told(f"filled in {seconds:.0f} s")
            answer["pages"] = pages(story.signed_in(staff["suzuki"]))
            told(json.dumps(answer["pages"]))
            # The PDF library by itself and our batch in the same minutes, on the same machine.
            answer |= measure_notices()
            answer["whole_way"] = whole_way(batches=10)
            way = answer["whole_way"]["notices_a_minute"]
            answer["minutes_for_300000"] = {
                "pdf_alone_all_cores": answer.pop("minutes_for_300000"),
                "whole_way_one_worker": round(300_000 / way),
            }
            told(json.dumps(answer["whole_way"]))
        print(json.dumps(answer, ensure_ascii=False, indent=1))
        if PEOPLE >= 740_000:
            RESULTS.write_text(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
    finally:
        teardown_databases(config, verbosity=0)
    return 0 if answer["pages"]["kept_counts_p95_ms"] <= 150 else 1


if __name__ == "__main__":
    sys.exit(main())
