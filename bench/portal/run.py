"""The residents' site: 200 residents at once, a page's CPU, the first view on a phone.

Everything runs on this machine: three zones, workers, databases, the residents themselves and the
browser. Writes bench/results/portal.json.
"""

import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bench.portal import cpu, first_view, log, residents  # noqa: E402
from bench.portal.cpu import Served  # noqa: E402
from bench.portal.residents import Crowd  # noqa: E402
from bench.way.cpu import spent as spent_by  # noqa: E402
from chaos.stack import free_row  # noqa: E402
from demo import cards, city, setup  # noqa: E402
from demo.filer import START, Filer  # noqa: E402
from demo.home import Home  # noqa: E402
from demo.processes import ACCESS, THREADS, Processes  # noqa: E402
from signing.demo import DemoPki  # noqa: E402

RESIDENTS = int(os.environ.get("RESIDENTS", "200"))
# A person takes 27 seconds a screen, 13 of them with their hands (docs/portal.md: filing by hand).
THINK_SECONDS = float(os.environ.get("THINK_SECONDS", "20"))
# Forms of one return beside the interview's pages: account, start, card, signature.
FORMS_BESIDE = 4
# People that one seat can see.
CARDS_A_SEAT = 4
SLIP = f"{START}/salaries/new/slip/"
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
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        chosen = people[: 1 + RESIDENTS * CARDS_A_SEAT]
        minted = list(pool.map(partial(cards.mint, pki, at=now), chosen))
    filer = Filer(site, minted.pop(), "bench-first@example.invalid")
    filer.sign_up()
    filer.read_card()
    with contextlib.ExitStack() as running:
        floors = floors_under(home, processes, running)
        spent, views = cpu_of_pages(home, processes, filer, floors)
    pages = statistics.mean(one["page"] for one in spent.values())
    under = {name: statistics.mean(one[name] for one in spent.values()) for name in floors}
    crowd = Crowd(site, minted, RESIDENTS, THINK_SECONDS, way=len(spent) + FORMS_BESIDE)
    return {
        **load(crowd, processes),
        "cpu_ms": {
            "interview_page": round(pages, 2),
            "interview_pages_of_a_return": round(pages * len(spent), 2),
            **{name: round(ms, 2) for name, ms in under.items()},
        },
        "cpu_ms_by_page": {name: round(one["page"], 2) for name, one in spent.items()},
        "ratios": {f"page_to_{floor}_cpu": round(pages / ms, 1) for floor, ms in under.items()},
        "first_view_on_a_phone": views,
    }


def load(crowd: Crowd, processes: Processes) -> dict[str, object]:
    """Return what the residents at once found: the steady stretch, and the two rushes."""
    found = crowd.run(lambda: spent_by(processes) | {"residents": time.process_time()})
    before, after = found["beside"]
    seconds = {name: after[name] - before[name] for name in before}
    return {
        "residents_at_once": crowd.seats,
        "think_seconds": crowd.think,
        "window_seconds": residents.WINDOW,
        "began": crowd.began,
        "filed": len(crowd.filed),
        "arrived": crowd.arrived(within=60),
        "failures": crowd.log.failures[:5],
        **log.figures(found["steady"]),
        "page_p95_ms_by_half_minute": [
            log.quantiles([one.seconds for one in half if one.is_page]).get("p95")
            for half in found["steady_by_half_minute"]
        ],
        "cores_busy": {
            name: round(value / residents.WINDOW, 2)
            for name, value in sorted(seconds.items(), key=lambda one: -one[1])
            if value > 0.01 * residents.WINDOW
        },
        "surge_sign_up": log.figures(found["surge_sign_up"]),
        "surge_signing": log.figures(found["surge_signing"]),
    }


def floors_under(
    home: Home, processes: Processes, running: contextlib.ExitStack
) -> dict[str, Callable[[dict[str, str]], Served]]:
    """Start what pages stand on; return three floors, each to be opened with a page's cookies.

    One empty view has no middleware, one that of a fresh Django project; the portal's own `healthz`
    passes through all of the portal's with the resident's session, which is read from the database.
    """
    server, address = processes.running["portal"].pid, f"{home.url('portal')}/healthz"
    options = ["--worker-class", "gthread", "--threads", str(THREADS["portal"]), "--workers", "1"]
    options += ["--access-logfile", "-", "--access-logformat", ACCESS]
    empty, usual = (
        running.enter_context(cpu.empty_view(site, options)) for site in ("empty", "usual")
    )
    return {
        "empty_page_of_the_portal": partial(Served, address, server),
        "empty_view": lambda cookies: empty,
        "empty_view_with_usual_middleware": lambda cookies: usual,
    }


def cpu_of_pages(
    home: Home,
    processes: Processes,
    filer: Filer,
    floors: dict[str, Callable[[dict[str, str]], Served]],
) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]]:
    """Return the CPU milliseconds of every page of a salary earner's way, and the first views.

    Each page is measured when the resident comes to it, with what is known by then: from the slip
    on, each of them computes the year's tax. The floors are measured between its turns.
    """
    site, server = home.url("portal"), processes.running["portal"].pid
    answers = filer.answers() | {"income/kinds": {"kinds": "salary"}}
    spent: dict[str, dict[str, float]] = {}
    views: dict[str, dict[str, float]] = {}
    path = filer._next_of(f"{START}/")
    while path != f"{START}/check/":
        section, _, page = path.removeprefix(f"{START}/").rstrip("/").partition("/")
        question = f"{section}/{page.rsplit('/', 1)[-1]}"
        cookies = dict(filer.browser.session.cookies.items())
        under = {name: floor(cookies) for name, floor in floors.items()}
        spent[question] = cpu.in_turns({"page": Served(site + path, server, cookies), **under})
        if path == SLIP:
            views = first_view.paints(site, filer, SLIP)
        path = filer._answer(path, answers[question])
    return spent, views


if __name__ == "__main__":
    main()
