"""Import of 給与支払報告書: time and memory for a whole city's file, beside a tenth of it.

Rows are made up; the people are in the register. On a PostgreSQL of its own; ROWS=300000 is the
full size. Peak memory is that of the process, beside the tenth, so that growth shows. Writes
bench/results/imports.json.
"""

import json
import os
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

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

from review.addressees.folding import kana_key, search_key  # noqa: E402
from review.addressees.models import Addressee, number_index  # noqa: E402
from review.sources import receiving  # noqa: E402
from review.sources.importing import import_arrival  # noqa: E402
from review.sources.models import Arrival  # noqa: E402
from tests.review.source_files import salary_row  # noqa: E402
from tests.review.story import NOW, SYSTEM  # noqa: E402

ROWS = int(os.environ.get("ROWS", "300000"))
KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノ"


def number_of(serial: int) -> str:
    """Return a made-up 個人番号 with its check digit."""
    from filing.numbers import personal_number_is_valid

    lead = f"{10_000_000_000 + serial:011d}"
    return next(f"{lead}{n}" for n in range(10) if personal_number_is_valid(f"{lead}{n}"))


def name_of(serial: int) -> tuple[str, str]:
    kana = "".join(KANA[(serial // 25**place) % 25] for place in range(4))
    return f"試験 太郎{serial}", f"シケン {kana}"


def fill_register(count: int) -> None:
    """Enter made-up people; one in a hundred of the file stays unknown."""
    people = []
    for serial in range(count):
        if serial % 100 == 99:
            continue
        name, kana = name_of(serial)
        people.append(
            Addressee(
                number=f"9{serial:09d}",
                name=name,
                name_key=search_key(name),
                kana=kana,
                kana_key=kana_key(kana),
                birth_date=date(1970, 1, 1 + serial % 28),
                sex="1",
                address="熊本県熊本市中央区手取本町1番1号",
                number_sealed=b"bench",
                number_index=number_index(number_of(serial)),
            )
        )
        if len(people) == 5_000:
            Addressee.objects.bulk_create(people)
            people = []
    Addressee.objects.bulk_create(people)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE addressees_addressee")


def write_file(path: Path, first: int, count: int) -> None:
    """Write rows as payers do: two dependants with their numbers, one row in a thousand bad."""
    with path.open("w", encoding="cp932", newline="") as out:
        for serial in range(first, first + count):
            name, kana = name_of(serial)
            cells = {
                "c5": f"株式会社試験{serial // 50}",
                "c14": name,
                "c17": "x" if serial % 1_000 == 500 else str(2_000_000 + serial),
                "c47": str(1 + serial % 28),
                "c95": number_of(serial),
                "c99": number_of(serial + 1_000_000),
                "c103": number_of(serial + 2_000_000),
                "c137": kana,
                "c138": f"E{serial}",
                "c140": str(serial // 50),
            }
            amounts = {f"c{no}": "120000" for no in (19, 20, 38, 39, 42, 87, 88, 89, 90, 141)}
            out.write(",".join(salary_row(**amounts, **cells)) + "\r\n")


def measure(path: Path) -> dict[str, object]:
    """Keep and import one file; return seconds, counts and the peak of memory so far."""
    with path.open("rb") as file:
        start = time.perf_counter()
        arrival, _new = receiving.receive(
            file,
            name=path.name,
            kind="salary_report",
            tax_year="R9",
            received_on=date(2027, 1, 20),
            by=SYSTEM,
            now=NOW,
        )
        kept = time.perf_counter() - start
    receiving.release(arrival, by=SYSTEM, now=NOW)
    start = time.perf_counter()
    import_arrival(arrival, by=SYSTEM, now=NOW)
    taken = time.perf_counter() - start
    counts = Arrival.objects.get(pk=arrival.pk).counts
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {
        "rows": counts["rows"],
        "keep_s": round(kept, 1),
        "import_s": round(taken, 1),
        "linked": counts["linked"],
        "unlinked": counts["unlinked"],
        "bad": counts["bad"],
        "file_mb": round(path.stat().st_size / 1e6, 1),
        "peak_mb": peak,
    }


def main() -> None:
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    tenth = ROWS // 10
    try:
        fill_register(ROWS + tenth)
        with tempfile.TemporaryDirectory() as folder:
            small, large = Path(folder) / "tenth.csv", Path(folder) / "whole.csv"
            write_file(small, ROWS, tenth)
            write_file(large, 0, ROWS)
            found = {"tenth": measure(small), "whole": measure(large)}
    finally:
        teardown_databases(databases, verbosity=0)
    load = os.getloadavg()[0]
    for name, figures in found.items():
        print(name, figures)
    rate = found["whole"]["rows"] / found["whole"]["import_s"]  # type: ignore[operator]
    print(f"{rate:,.0f} rows a second; load average {load:.1f}")
    path = ROOT / "bench" / "results" / "imports.json"
    result = {"rows": ROWS, "rows_per_second": round(rate), "load_average": load, **found}
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
