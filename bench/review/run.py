"""Queue, search, case page and log search with few and with very many cases: p95 of the same.

Measures the staff site's own pages through Django's test client, without HTTP and without TLS, on
a PostgreSQL of its own. MANY=1000000 is the full size. Writes bench/results/review.json.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
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
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: E402

from signing.demo import DemoPki  # noqa: E402
from tests.review import city, story  # noqa: E402
from tests.review.mail import MailKeys  # noqa: E402

FEW = int(os.environ.get("FEW", "10000"))
MANY = int(os.environ.get("MANY", "1000000"))
ROUNDS, WARM_UP = 100, 20


def a_real_case(folder: Path) -> str:
    """File one signed return and return the address of its page."""
    pki = DemoPki.create(folder, at=city.ISSUED)
    pki.publish_crl(story.NOW)
    settings.ANCHORS_DIR, settings.CRLS_DIR = str(pki.anchors), str(pki.crls)
    settings.CERTIFICATE_POLICY = "1.2.392.200149.8.5.1.0.20"
    keys = folder / "keys"
    keys.mkdir()
    MailKeys.write(keys)
    cards = city.issue_cards(pki)
    city.populate(cards)
    with transaction.atomic():
        case = story.Filing(cards).queued()
    return f"/cases/{case.pk}/"


def times(request: Callable[[], object]) -> dict[str, float]:
    """Return the median and the 95th percentile of the request's milliseconds, after a warm-up."""
    # Right after the filling the first requests wait for the disk that still writes it.
    for _round in range(WARM_UP):
        request()
    taken = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        request()
        taken.append((time.perf_counter() - start) * 1000)
    p95 = statistics.quantiles(taken, n=20)[-1]
    return {"p50": round(statistics.median(taken), 1), "p95": round(p95, 1)}


def measure(client: Client, auditor: Client, case: str) -> dict[str, dict[str, float]]:
    requests: dict[str, Callable[[], object]] = {
        "queue": lambda: client.get("/cases/"),
        "queue, filtered": lambda: client.get("/cases/?state=queued&ward=東区&tax_year=R9"),
        "queue, a clerk's ward": lambda: client.get("/cases/?state=in_review&ward=北区"),
        "queue, few signatures": lambda: client.get("/cases/?verdict=INDETERMINATE&ward=北区"),
        "queue, few on paper": lambda: client.get("/cases/?channel=post&match_method=person"),
        "queue, two days": lambda: client.get("/cases/?since=2027-02-01&until=2027-02-02"),
        "queue, far page": lambda: client.get(
            "/cases/?after=o_2027-02-18T00:00:00%2B00:00_00000000-0000-0000-0000-000000000000"
        ),
        "search by name, one": lambda: client.post("/cases/search/", {"text": "試験 0009999"}),
        "search by kana, one": lambda: client.post("/cases/search/", {"text": "シケン 0009999"}),
        "search by name, fifty": lambda: client.post("/cases/search/", {"text": "試験 00099"}),
        "case": lambda: client.get(case),
        "today": lambda: client.get("/"),
        "log, by person": lambda: log(auditor, "actor=K7"),
        "log, by resident": lambda: log(auditor, "addressee_number=B77"),
        "log, by day": lambda: log(auditor, "since=2027-01-20&until=2027-01-20"),
        "log, person and day": lambda: log(auditor, "actor=K7&since=2027-01-20&until=2027-01-20"),
    }
    return {name: times(request) for name, request in requests.items()}


def log(auditor: Client, query: str) -> object:
    """Search the log; an empty page would be no measurement."""
    response = auditor.get(f"/audit/?{query}")
    assert "case.viewed" in response.content.decode(), query
    return response


def run(folder: Path) -> dict[str, dict[str, dict[str, float]]]:
    staff = story.hire()
    case = a_real_case(folder)
    client, auditor = story.signed_in(staff["suzuki"]), story.signed_in(staff["ito"])
    ids = (str(staff["suzuki"].pk), str(staff["tanaka"].pk))
    call_command("fill_for_bench", "--last", str(FEW), "--staff", *ids)
    few = measure(client, auditor, case)
    call_command("fill_for_bench", "--first", str(FEW + 1), "--last", str(MANY), "--staff", *ids)
    return {"few": few, "many": measure(client, auditor, case)}


def main() -> None:
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            found = run(Path(folder))
    finally:
        teardown_databases(databases, verbosity=0)
    print(f"p95 (p50) in ms at {FEW:,} and {MANY:,} cases (five log entries each)")
    for name, few in found["few"].items():
        many = found["many"][name]
        shown = "".join(f"{one['p95']:8.1f} ({one['p50']:.1f})" for one in (few, many))
        print(f"{name:22} {shown}   x{many['p95'] / few['p95']:.2f}")
    result = {"few_cases": FEW, "many_cases": MANY, "ms": found}
    path = ROOT / "bench" / "results" / "review.json"
    path.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
