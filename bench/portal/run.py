"""The residents' site: 200 residents filing at once, a page's CPU, the first view on a phone.

Everything runs on this machine: three zones, workers, databases, the residents themselves and the
browser. Writes bench/results/portal.json.
"""

import json
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bench.portal import cpu, first_view, residents  # noqa: E402
from chaos.stack import free_row  # noqa: E402
from demo import cards, city, setup  # noqa: E402
from demo.filer import START, Filer  # noqa: E402
from demo.home import Home  # noqa: E402
from demo.processes import ACCESS, THREADS, Processes  # noqa: E402
from signing.demo import DemoPki  # noqa: E402

RESIDENTS = int(os.environ.get("RESIDENTS", "200"))
# A return of 25 pages in about four minutes is quick for a person.
THINK_SECONDS = float(os.environ.get("THINK_SECONDS", "10"))
SPREAD_SECONDS = 30
PAGE = f"{START}/salaries/new/payer/"
AIMS = {"page_p95_ms": 300, "failures": 0, "page_to_empty_view_cpu": 8, "first_view_seconds": 2.0}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-portal-") as folder:
        Path(folder).chmod(0o755)
        home = Home(Path(folder), free_row())
        processes = setup.start(home, lambda text: print(f"- {text}", file=sys.stderr))
        try:
            result = measure(home, processes)
        finally:
            processes.stop()
    result |= {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 2), "aims": AIMS}
    text = json.dumps(result, indent=2)
    (ROOT / "bench" / "results" / "portal.json").write_text(text + "\n")
    print(text)


def measure(home: Home, processes: Processes) -> dict[str, object]:
    site = home.url("portal")
    pki, people, now = DemoPki.load(home.pki), city.residents(), datetime.now(UTC)
    minted = [cards.mint(pki, people[n], at=now) for n in range(RESIDENTS + 1)]
    filer = Filer(site, minted.pop(), "bench-first@example.invalid")
    begin(filer)
    views = first_view.paints(site, filer)
    spent = cpu_of_pages(home, processes, filer)
    log = residents.file_all(site, minted, think=THINK_SECONDS, spread=SPREAD_SECONDS)
    return {
        "residents": RESIDENTS,
        "filed": log.filed,
        "failures": log.failures[:5],
        "requests": len(log.taken),
        "page_ms": quantiles(log.pages()),
        "page_p95_ms_by_half_minute": [
            quantiles(pages)["p95"] for pages in log.by_half_minute() if pages
        ],
        "password_and_signature_ms": quantiles(log.heavy()),
        "cpu_ms": {name: round(value, 2) for name, value in spent.items()},
        "ratios": {
            f"page_to_{floor}_cpu": round(spent["interview_page"] / spent[floor], 1)
            for floor in spent
            if floor != "interview_page"
        },
        "first_view_on_a_phone": views,
    }


def begin(filer: Filer) -> None:
    """Go as far as the first slip, so that the pages that are measured are there."""
    filer.sign_up()
    filer.read_card()
    answers = filer.answers() | {"income/kinds": {"kinds": "salary"}}
    for page in ("basic/phone", "basic/address", "income/kinds"):
        filer._answer(f"{START}/{page}/", answers[page])


def cpu_of_pages(home: Home, processes: Processes, filer: Filer) -> dict[str, float]:
    """Return the CPU milliseconds of an interview page and of three floors under it.

    One empty view has no middleware, one that of a fresh Django project; the portal's own `healthz`
    passes through all of the portal's with the resident's session, which is read from the database.
    Each is measured three times and the smallest counts: other work only ever adds.
    """
    server = processes.running["portal"].pid
    site = home.url("portal")
    cookies = dict(filer.browser.session.cookies.items())
    options = ["--worker-class", "gthread", "--threads", str(THREADS["portal"]), "--workers", "1"]
    options += ["--access-logfile", "-", "--access-logformat", ACCESS]
    rounds = [
        {
            "interview_page": cpu.milliseconds(f"{site}{PAGE}", server, cookies),
            "empty_page_of_the_portal": cpu.milliseconds(f"{site}/healthz", server, cookies),
            "empty_view": cpu.of_empty_view("empty", options),
            "empty_view_with_usual_middleware": cpu.of_empty_view("usual", options),
        }
        for _ in range(3)
    ]
    return {name: min(one[name] for one in rounds) for name in rounds[0]}


def quantiles(taken: list[float]) -> dict[str, float]:
    """Return median, 95th percentile and the slowest of sorted seconds, in milliseconds."""
    at = {"p50": 0.5, "p95": 0.95, "max": 1.0}
    last = len(taken) - 1
    return {name: round(taken[int(last * part)] * 1000, 1) for name, part in at.items()}


if __name__ == "__main__":
    main()
