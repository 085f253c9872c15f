"""The whole way of a filing, from `submit` to the stored case, beside bare durable inserts.

All hops are real: portal, exchange endpoint, relay, review, with HTTP between them, every signature
verified on arrival. The bare side inserts the same sealed bodies, one commit each, into the same
PostgreSQL in the same run. Writes bench/results/way.json.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

import psycopg

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from chaos import account  # noqa: E402
from chaos.stack import Stack  # noqa: E402

STEADY_RATE, STEADY_SECONDS = 5.0, 20
BURST_SECONDS = 15
SENT = "SELECT receipt_number, submitted_at FROM portal_submission"
CAME = "SELECT receipt_number, received_at FROM cases_case"
VERIFIED = "SELECT count(*) FROM cases_case WHERE verdict <> ''"
BODIES = "SELECT sealed FROM exchange_outboxmessage WHERE sealed IS NOT NULL LIMIT 200"
AIMS = {"to_bare_inserts": 0.10, "p95_seconds_at_5_per_second": 3.0}


def main():
    with tempfile.TemporaryDirectory(prefix="bench-way-") as folder:
        Path(folder).chmod(0o755)
        stack = Stack(Path(folder))
        try:
            stack.up()
            latency = steady(stack)
            rate, filings = burst(stack)
            bare = bare_inserts(stack, filings)
        finally:
            stack.down()
    result = {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "filings_in_burst": filings,
        "per_second": {"whole_way": round(rate, 1), "bare_inserts": round(bare, 1)},
        "ratios": {"to_bare_inserts": round(rate / bare, 3)},
        "seconds_from_submission_to_case": latency,
        "aims": AIMS,
    }
    text = json.dumps(result, indent=2)
    (ROOT / "bench" / "results" / "way.json").write_text(text + "\n")
    print(text)


def steady(stack):
    """Return the median and the 95th percentile of submission to case at 5 filings a second."""
    stack.feed(STEADY_RATE)
    time.sleep(STEADY_SECONDS)
    stack.pause(True)
    account.settle(stack)
    sent = dict(
        account.rows(stack, "portal", "SELECT receipt_number, submitted_at FROM portal_submission")
    )
    came = dict(account.rows(stack, "review", CAME))
    seconds = sorted((came[number] - sent[number]).total_seconds() for number in came)
    return {
        "filings": len(seconds),
        "p50": round(seconds[len(seconds) // 2], 2),
        "p95": round(seconds[int(len(seconds) * 0.95)], 2),
    }


def burst(stack):
    """Return filings a second from the first submission to the last stored and verified case."""
    before = account.filings(stack)
    began = time.monotonic()
    stack.pause(False)
    for number in range(2):
        stack.feed(1_000.0, name=f"feeder-{number}")
    time.sleep(BURST_SECONDS)
    stack.pause(True)
    time.sleep(0.5)
    filings = account.filings(stack)
    while account.number(stack, "review", VERIFIED) < filings:
        time.sleep(0.1)
    elapsed = time.monotonic() - began
    return (filings - before) / elapsed, filings - before


def bare_inserts(stack, count):
    """Return inserts a second of the same bodies, one durable commit each."""
    bodies = account.rows(
        stack,
        "portal",
        "SELECT sealed FROM exchange_outboxmessage WHERE sealed IS NOT NULL LIMIT 200",
    ) or [(os.urandom(12_000),)]
    with psycopg.connect(stack.engines.postgres.url("portal"), autocommit=True) as connection:
        connection.execute("CREATE TABLE bench_bare (id uuid PRIMARY KEY, body bytea NOT NULL)")
        began = time.monotonic()
        for position in range(count):
            body = bodies[position % len(bodies)][0]
            connection.execute("INSERT INTO bench_bare VALUES (%s, %s)", [uuid4(), body])
        return count / (time.monotonic() - began)


if __name__ == "__main__":
    main()
