"""What one hop costs beside bare durable inserts of the same bytes in the same PostgreSQL.

Measures the steps inside one zone's process, without HTTP: a relay that stores, gives out and
takes the receipt; a destination that opens and handles. It does not measure a filing's whole way.
Sides alternate and medians are compared: read the ratios. Writes bench/results/exchange.json.
"""

import hashlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.argv = [sys.argv[0], "tests/relay"]

os.environ.setdefault("LOG_LEVEL", "WARNING")
import tests.zone  # noqa: E402, F401

# ruff: isort: split
import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from demo import keys as demo_keys  # noqa: E402
from demo.home import Home  # noqa: E402
from exchange import inbox, outbox  # noqa: E402
from exchange.arrival import arrive_all  # noqa: E402
from exchange.envelope import Inner  # noqa: E402
from exchange.protocol import Envelope  # noqa: E402
from signing import seal, sign_receipt  # noqa: E402
from signing.keys import PrivateKey, PublicKey, read_directory  # noqa: E402

ROUNDS, MESSAGES, OPENED, BODY = 5, 100, 20, os.urandom(10_000)
NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)


def handle(delivery: inbox.Delivery, *, now: datetime) -> None:
    """Do nothing: the mailbox's own cost is measured."""


class Bench:
    """The zones' keys, and the three sides that are compared."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder, 0)
        demo_keys.make(self.home)
        self.relay = dict(settings.EXCHANGE)
        self.review = {
            "zone": "review",
            "sends_to": ["portal"],
            "handlers": {"submission": f"{__name__}.handle"},
        }

    def play(self, zone: str) -> None:
        settings.KEYS_DIR = self.home.keys(zone)
        settings.EXCHANGE = self.relay if zone == "relay" else self.review

    def envelopes(self, count: int) -> list[Envelope]:
        folder = self.home.keys("portal")
        recipient = PublicKey(*read_directory(folder / "peers/review/encryption").popitem())
        sender = PrivateKey(*read_directory(folder / "own/signing").popitem())
        found = []
        for _ in range(count):
            message_id = uuid4()
            inner = Inner("submission", "", 0, "portal", NOW, BODY).dump()
            sealed = seal(inner, recipient=recipient, sender=sender, message_id=str(message_id))
            digest = hashlib.sha256(sealed).hexdigest()
            found.append(Envelope(message_id, "review", len(sealed), digest, NOW, sealed))
        return found

    def bare_inserts(self) -> float:
        messages = self.envelopes(MESSAGES)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS bench_bare (id uuid PRIMARY KEY, b bytea)")
            return rate(
                MESSAGES,
                lambda: [
                    cursor.execute("INSERT INTO bench_bare VALUES (%s, %s)", [one.id, one.sealed])
                    for one in messages
                ],
            )

    def relay_hop(self) -> float:
        self.play("relay")
        messages = self.envelopes(MESSAGES)
        signer = PrivateKey(*read_directory(self.home.keys("review") / "own/signing").popitem())
        receipts = [
            sign_receipt(
                {"message_id": str(one.id), "sha256": one.sha256, "zone": "review"}, key=signer
            )
            for one in messages
        ]

        def hop() -> None:
            arrive_all(messages, source="portal", now=NOW)
            while outbox.claim(["review"], now=NOW):
                continue
            taken = outbox.hand_over(receipts, to="review", now=NOW)
            assert taken == MESSAGES, taken

        return rate(MESSAGES, hop)

    def destination(self) -> float:
        self.play("review")
        messages = self.envelopes(OPENED)

        def arrive_and_handle() -> None:
            arrive_all(messages, source="relay", now=NOW)
            handled = inbox.process(NOW)
            assert handled == OPENED, handled

        return rate(OPENED, arrive_and_handle)


def rate(count: int, work: Callable[[], object]) -> float:
    """Return how many a second."""
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)


def main() -> None:
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(Path(folder))
            sides = (bench.bare_inserts, bench.relay_hop, bench.destination)
            rounds = [{side.__name__: side() for side in sides} for _ in range(ROUNDS)]
    finally:
        connection.creation.destroy_test_db(settings.DATABASES["default"]["NAME"], verbosity=0)
    middle = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    result = {
        "body_bytes": len(BODY),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "per_second": {name: round(value, 1) for name, value in middle.items()},
        "ratios": {
            "relay_hop_to_bare_inserts": round(middle["relay_hop"] / middle["bare_inserts"], 3),
            "destination_to_bare_inserts": round(middle["destination"] / middle["bare_inserts"], 3),
        },
    }
    text = json.dumps(result, indent=2)
    (ROOT / "bench" / "results" / "exchange.json").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
