"""Synthetic residents file through the running zones; each zone then answers for itself."""

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import requests

from demo import cards, city, staff
from demo.clerk import Clerk
from demo.filer import Filer, Receipt
from demo.home import Home
from demo.processes import manage
from demo.timeline import states_of
from demo.visitor import Unexpected
from signing.demo import DemoPki

AT_ONCE = 4
PATIENCE_SECONDS = 60


@dataclass
class Outcome:
    """How many filings got how far, and what must be zero: lost, doubled, refused."""

    submitted: int = 0
    received: int = 0
    verified: int = 0
    matched: int = 0
    accepted: int = 0
    imported: int = 0
    lost: int = 0
    doubled: int = 0
    refused: int = 0
    failed_at_the_portal: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def simulate(home: Home, residents: int, *, rate: float | None = None) -> Outcome:
    """Let so many residents file (`rate` a second at most), staff accept, and count."""
    outcome = Outcome()
    receipts = _file_all(home, residents, rate, outcome)
    _wait(home, receipts, {"queued", "intake_error", "matching"})
    _accept_all(home, receipts)
    _wait(home, receipts, {"imported", "closed", "intake_error", "matching"})
    return _count(outcome, receipts, _rows(home, receipts))


def _file_all(home: Home, residents: int, rate: float | None, outcome: Outcome) -> list[Receipt]:
    pki, run = DemoPki.load(home.pki), uuid.uuid4().hex[:8]
    people = city.residents()
    now = datetime.now(UTC)

    def file(position: int) -> Receipt | None:
        card = cards.mint(pki, people[position % len(people)], at=now)
        email = f"sim-{run}-{position}@example.invalid"
        try:
            return Filer(home.url("portal"), card, email).file()
        except (Unexpected, requests.RequestException):
            return None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        pending = []
        for position in range(residents):
            pending.append(pool.submit(file, position))
            if rate:
                time.sleep(1 / rate)
        found = [one.result() for one in pending]
    receipts = [receipt for receipt in found if receipt]
    outcome.submitted = len(receipts)
    outcome.failed_at_the_portal = residents - len(receipts)
    return receipts


def _accept_all(home: Home, receipts: list[Receipt]) -> None:
    accounts = staff.read(home)
    clerk = Clerk(home.url("review"), accounts[staff.ROBOT_CLERK])
    confirmer = Clerk(home.url("review"), accounts[staff.ROBOT_CONFIRMER])
    for receipt in receipts:
        case = clerk.case_of(receipt.number)
        if case:
            clerk.act(case, "take", "propose")
            confirmer.act(case, "confirm")


def _rows(home: Home, receipts: list[Receipt]) -> list[dict[str, str]]:
    ours = {receipt.number for receipt in receipts}
    rows = json.loads(manage(home, "review", "case_status", "--json"))
    return [row for row in rows if row["receipt_number"] in ours]


def _wait(home: Home, receipts: list[Receipt], states: set[str]) -> None:
    """Wait until all have settled, or nothing has moved for as long as patience lasts."""
    numbers = [receipt.number for receipt in receipts]
    best, end = -1, 0.0
    while best < len(receipts) and (best < 0 or time.monotonic() < end):
        settled = sum(state in states for state in states_of(home, *numbers).values())
        if settled > best:
            best, end = settled, time.monotonic() + PATIENCE_SECONDS
        time.sleep(0.5)


def _count(outcome: Outcome, receipts: list[Receipt], rows: list[dict[str, str]]) -> Outcome:
    arrived = {row["receipt_number"] for row in rows}
    outcome.received = len(arrived)
    outcome.verified = sum(row["verdict"] == "TOTAL_PASSED" for row in rows)
    outcome.matched = sum(bool(row["addressee_number"]) for row in rows)
    outcome.accepted = sum(row["state"] in ("accepted", "imported", "closed") for row in rows)
    outcome.imported = sum(row["state"] in ("imported", "closed") for row in rows)
    outcome.lost = len({receipt.number for receipt in receipts} - arrived)
    outcome.doubled = len(rows) - len(arrived)
    outcome.refused = sum(row["state"] in ("intake_error", "rejected") for row in rows)
    return outcome
