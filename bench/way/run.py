"""The whole way of a filing, from `submit` to the verified case, beside bare durable inserts.

All hops are real: portal, exchange endpoint, relay, review, with HTTP between them. The portal
verifies each signature and review verifies it again; what cards and browsers do is done before the
clock starts. The bare side inserts the same sealed bodies, one commit each over one connection,
into the same PostgreSQL in the same run, once everything else has come to rest. Writes
bench/results/way.json.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

import psycopg

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bench.way import cpu  # noqa: E402
from chaos import account  # noqa: E402
from chaos.stack import Stack  # noqa: E402
from demo import zones  # noqa: E402

STEADY_RATE, STEADY_SECONDS = 5.0, 20
FILERS, FILINGS = 2, 600
SENT = "SELECT receipt_number, submitted_at FROM portal_submission"
CAME = "SELECT receipt_number, received_at FROM cases_case"
VERIFIED = "SELECT count(*) FROM cases_case WHERE verdict <> ''"
QUEUED = "SELECT count(*) FROM cases_case WHERE verdict <> '' AND due_at IS NULL"
BODIES = "SELECT sealed FROM exchange_outboxmessage WHERE sealed IS NOT NULL LIMIT 200"
AIMS = {"to_bare_inserts": 0.10, "p95_seconds_at_5_per_second": 3.0}


def main():
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="bench-way-") as folder:
        Path(folder).chmod(0o755)
        stack = Stack(Path(folder))
        try:
            stack.up()
            latency = steady(stack)
            found = burst(stack, arguments.filings)
            bare = bare_inserts(stack, arguments.filings)
        finally:
            stack.down()
    result = {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "filings_in_burst": arguments.filings,
        "per_second": {
            "whole_way": round(found["rate"], 1),
            "whole_way_until_residents_heard": round(found["rate_heard"], 1),
            "bare_inserts": round(bare, 1),
        },
        "ratios": {"to_bare_inserts": round(found["rate"] / bare, 3)},
        "cpu_milliseconds_per_filing": found["cpu"],
        "seconds_from_submission_to_case": latency,
        "aims": AIMS,
    }
    text = json.dumps(result, indent=2)
    if not arguments.dry:
        (ROOT / "bench" / "results" / "way.json").write_text(text + "\n")
    print(text)


def steady(stack):
    """Return the median and the 95th percentile of submission to case at 5 filings a second."""
    stack.feed(STEADY_RATE)
    time.sleep(STEADY_SECONDS)
    stack.pause(True)
    account.settle(stack)
    sent, came = (
        dict(account.rows(stack, "portal", SENT)),
        dict(account.rows(stack, "review", CAME)),
    )
    seconds = sorted((came[number] - sent[number]).total_seconds() for number in came)
    return {
        "filings": len(seconds),
        "p50": round(seconds[len(seconds) // 2], 2),
        "p95": round(seconds[int(len(seconds) * 0.95)], 2),
    }


def burst(stack, filings):
    """Return filings a second from the first submission to the last stored and verified case."""
    stack.retire("feeder")
    filers = [_filer(stack, filings // FILERS) for _ in range(FILERS)]
    for filer in filers:
        filer.stdout.readline()
    account.settle(stack)
    before, spent = account.filings(stack), cpu.spent(stack)
    began = time.monotonic()
    for filer in filers:
        filer.stdin.write("go\n")
        filer.stdin.flush()
    aim = before + filings
    while account.number(stack, "review", VERIFIED) < aim:
        if any(filer.poll() for filer in filers):
            raise SystemExit("a process that files has failed")
        time.sleep(0.2)
    elapsed = time.monotonic() - began
    heard = account.settle(stack) + elapsed
    used = cpu.spent(stack)
    used["portal"] = sum(float(filer.stdout.readline()) for filer in filers)
    per_filing = {
        name: round(1_000 * (seconds - spent.get(name, 0)) / filings, 1)
        for name, seconds in used.items()
    }
    return {"rate": filings / elapsed, "rate_heard": filings / heard, "cpu": per_filing}


def _filer(stack, count):
    """Start a process of the portal that has `count` signed returns at hand."""
    return subprocess.Popen(
        [sys.executable, "-m", "bench.way.filer", str(stack.home.folder), str(count)],
        cwd=ROOT,
        env=zones.environment(stack.home, "portal")
        | {"DJANGO_SETTINGS_MODULE": "config.settings.portal"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def bare_inserts(stack, count):
    """Return inserts a second of the same bodies, one durable commit each."""
    bodies = account.rows(stack, "portal", BODIES)
    with psycopg.connect(stack.engines.postgres.url("portal"), autocommit=True) as connection:
        connection.execute("CREATE TABLE bench_bare (id uuid PRIMARY KEY, body bytea NOT NULL)")
        began = time.monotonic()
        for position in range(count):
            body = bodies[position % len(bodies)][0]
            connection.execute("INSERT INTO bench_bare VALUES (%s, %s)", [uuid4(), body])
        return count / (time.monotonic() - began)


def _arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--filings", type=int, default=FILINGS)
    parser.add_argument("--dry", action="store_true", help="keep the results that are there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
