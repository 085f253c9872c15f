"""What a list of 100,000 entries costs to take in and to ask, beside the bare statements.

Import: parse, prove, store whole, copy in, drop what the list before repeats; beside a bare COPY of
the same rows into the same kind of table. Look-up: the source's whole answer for a certificate;
beside a bare SELECT by serial. Medians; read the ratios. Writes bench/results/revocation.json.
"""

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.argv = [sys.argv[0], "tests/review"]

os.environ.setdefault("LOG_LEVEL", "WARNING")
import tests.zone  # noqa: E402, F401

# ruff: isort: split
import django  # noqa: E402

django.setup()

from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from review.revocation.importing import import_list  # noqa: E402
from review.revocation.source import TableRevocation  # noqa: E402
from review.staff.actors import batch  # noqa: E402
from signing.authority import Authority, CardHolder, card_extensions  # noqa: E402
from signing.crl import read_crl, read_rows  # noqa: E402

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
ENTRIES, ROUNDS, LOOKUPS, CARDS = 100_000, 5, 1000, 50
HOLDER = CardHolder("熊本 花子", NOW.date().replace(year=1980), "2", "熊本市中央区", "")


class Bench:
    """An authority with a long list, some cards on it and some not."""

    def __init__(self) -> None:
        key = rsa.generate_private_key(65537, 2048)
        self.authority = Authority.create(key, at=NOW)
        self.cards = [self._card(serial) for serial in range(CARDS)]
        listed = {serial: NOW - timedelta(days=1) for serial in range(2, 2 * ENTRIES, 2)}
        self.lists = [
            self.authority.crl(listed, at=NOW, until=NOW + timedelta(days=7), number=number)
            for number in range(1, ROUNDS + 2)
        ]
        self.rows = read_rows(read_crl(self.lists[0]))

    def _card(self, number: int) -> x509.Certificate:
        serial = 2 * ENTRIES // CARDS * number + number % 2 + 2
        return self.authority.certify(
            self.authority.key.public_key(),
            card_extensions(HOLDER),
            since=NOW - timedelta(days=30),
            until=NOW + timedelta(days=900),
            serial=serial,
        )

    def take_in(self, number: int) -> float:
        anchors, by = [self.authority.certificate], batch("bench")
        began = time.perf_counter()
        done = import_list(self.lists[number], anchors=anchors, origin="bench", by=by, now=NOW)
        assert done.entries == len(self.rows), done
        return time.perf_counter() - began

    def bare_copy(self) -> float:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS bench_bare")
            cursor.execute(
                "CREATE TABLE bench_bare (serial numeric(50), list bigint, at timestamptz, "
                "reason varchar(30), PRIMARY KEY (serial, list))"
            )
        lines = [f"{serial}\t1\t{at.isoformat()}\t\n" for serial, (at, _) in self.rows.items()]
        statement = "COPY bench_bare FROM STDIN"
        began = time.perf_counter()
        with (
            transaction.atomic(),
            connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            copy.write("".join(lines))
        return time.perf_counter() - began

    def look_up(self) -> float:
        source, issuer = TableRevocation(), self.authority.certificate
        return median_of(lambda card: source.status(card, issuer, NOW), self.cards)

    def bare_select(self) -> float:
        statement = "SELECT at FROM bench_bare WHERE serial = %s"
        with connection.cursor() as cursor:

            def ask(card: x509.Certificate) -> None:
                cursor.execute(statement, [card.serial_number])
                cursor.fetchall()

            return median_of(ask, self.cards)


def median_of(ask: Callable, cards: list[x509.Certificate]) -> float:
    """Return the median time of one question, in seconds."""
    times = []
    for card in random.choices(cards, k=LOOKUPS):
        began = time.perf_counter()
        ask(card)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def measure() -> dict[str, object]:
    bench = Bench()
    first = bench.take_in(0)
    imports, copies, answers, selects = [], [], [], []
    for number in range(1, ROUNDS + 1):
        imports.append(bench.take_in(number))
        copies.append(bench.bare_copy())
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        answers.append(bench.look_up())
        selects.append(bench.bare_select())
    middle = {
        "first_import": first,
        "import_over_another": statistics.median(imports),
        "bare_copy": statistics.median(copies),
        "look_up": statistics.median(answers),
        "bare_select": statistics.median(selects),
    }
    return {
        "entries": len(bench.rows),
        "list_bytes": len(bench.lists[0]),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "milliseconds": {name: round(1000 * value, 3) for name, value in middle.items()},
        "ratios": {
            "import_to_bare_copy": round(middle["import_over_another"] / middle["bare_copy"], 2),
            "look_up_to_bare_select": round(middle["look_up"] / middle["bare_select"], 2),
        },
    }


def main() -> None:
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        result = measure()
    finally:
        connection.creation.destroy_test_db(settings.DATABASES["default"]["NAME"], verbosity=0)
    text = json.dumps(result, indent=2)
    (ROOT / "bench" / "results" / "revocation.json").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
