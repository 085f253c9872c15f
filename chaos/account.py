"""What must hold after every fault: each filing once, unaltered, in order, unreadable."""

import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from chaos.card import HOLDER, MARK
from chaos.stack import Stack
from config.backup import tool

PATIENCE_SECONDS = 120
SENT = "SELECT message_id::text, receipt_number FROM portal_submission"
OPEN = {
    "portal": "SELECT count(*) FROM exchange_outboxmessage WHERE confirmed_at IS NULL"
    " AND kind NOT IN ('receipt', 'failure', 'inquiry', 'unknown')",
    "relay": "SELECT count(*) FROM exchange_outboxmessage WHERE state <> 'handed_over'",
    "review": "SELECT count(*) FROM cases_case WHERE verdict = '' OR due_at IS NOT NULL",
}
STUCK = (
    "SELECT count(*) FROM (SELECT id::text FROM exchange_outboxmessage WHERE state <> 'handed_over'"
    " UNION ALL SELECT id::text FROM exchange_inboxmessage WHERE state <> 'done') open"
    " WHERE NOT id = ANY('{%s}')"
)


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold."""

    rule: str
    detail: str


def settle(stack: Stack, patience: float = PATIENCE_SECONDS) -> float:
    """Wait until nothing is on its way any more; return how long it took, in seconds."""
    began = time.monotonic()
    while time.monotonic() - began < patience:
        if not any(number(stack, zone, query) for zone, query in _waiting(stack)):
            return time.monotonic() - began
        time.sleep(0.5)
    return time.monotonic() - began


def check(stack: Stack) -> list[Finding]:
    """Return everything that does not hold, nothing where all does."""
    return list(_findings(stack))


def filings(stack: Stack) -> int:
    """Return how many returns the portal has committed."""
    return number(stack, "portal", "SELECT count(*) FROM portal_submission")


def _findings(stack: Stack) -> Iterator[Finding]:
    for zone in ("portal", "relay", "review"):
        if stuck := number(stack, zone, _stuck(stack)):
            yield Finding("no stuck row", f"{stuck} in {zone}")
    sent = dict(rows(stack, "portal", SENT))
    yield from _ledger(stack, sent)
    yield from _cases(stack, sent)
    yield from _order(stack)
    yield from _secrecy(stack)


def _ledger(stack: Stack, sent: dict[str, str]) -> Iterator[Finding]:
    lines = (stack.home.folder / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    noted = {json.loads(line)["message_id"] for line in lines}
    if lost := noted - sent.keys():
        yield Finding("acknowledged is committed", f"{len(lost)} of {len(noted)} are gone")


def _cases(stack: Stack, sent: dict[str, str]) -> Iterator[Finding]:
    query = (
        "SELECT o.message_id::text, o.sealed_sha256, c.receipt_number, c.verdict"
        " FROM cases_case c JOIN cases_original o ON o.id = c.original_id"
    )
    cases = rows(stack, "review", query)
    stored = {message_id for message_id, *_ in cases}
    digests = dict(rows(stack, "portal", "SELECT id::text, sha256 FROM exchange_outboxmessage"))
    if stored != sent.keys() or len(cases) != len(sent):
        yield Finding("one case each", f"{len(sent)} sent, {len(stored)} came, {len(cases)} cases")
    if altered := [one for one, digest, *_ in cases if digests.get(one) != digest]:
        yield Finding("digests equal", f"{len(altered)} differ")
    if failed := [one for one, _, _, verdict in cases if verdict != "TOTAL_PASSED"]:
        yield Finding("signatures hold", f"{len(failed)} of {len(cases)} do not")


def _order(stack: Stack) -> Iterator[Finding]:
    query = (
        "SELECT count(*) FROM (SELECT submission_id, array_agg(sequence ORDER BY id) AS came,"
        " array_agg(sequence ORDER BY sequence) AS due, max(sequence) AS last,"
        " count(DISTINCT sequence) AS n FROM portal_statusmessage GROUP BY 1) s"
        " WHERE came <> due OR last <> n"
    )
    if wrong := number(stack, "portal", query):
        yield Finding("order kept", f"{wrong} filings have statuses out of order or missing")
    unheard = number(
        stack,
        "portal",
        "SELECT count(*) FROM portal_submission s WHERE NOT EXISTS"
        " (SELECT 1 FROM portal_statusmessage m WHERE m.submission_id = s.id)",
    )
    if unheard:
        yield Finding("residents hear", f"{unheard} filings have no status")


def _secrecy(stack: Stack) -> Iterator[Finding]:
    dump = subprocess.run(
        [tool("pg_dump"), "--data-only", stack.engines.postgres.url("relay")],
        capture_output=True,
        check=True,
    ).stdout
    logs = b"".join(path.read_bytes() for path in stack.home.logs.glob("*.log"))
    for word in (MARK, HOLDER["name"], HOLDER["personal_number"]):
        if word.encode() in dump:
            yield Finding("nothing readable in the relay", "a mark stands in its database")
        if word.encode() in logs:
            yield Finding("nothing readable in logs", "a mark stands in a log")


def _stuck(stack: Stack) -> str:
    """Return the query for rows that wait, but for what was forged and put aside."""
    return STUCK % ",".join(sorted(stack.forged))


def _waiting(stack: Stack) -> Iterator[tuple[str, str]]:
    for zone in ("portal", "relay", "review"):
        yield zone, _stuck(stack)
        yield zone, OPEN[zone]


def number(stack: Stack, zone: str, query: str) -> int:
    """Return the one number that a query answers."""
    return int(rows(stack, zone, query)[0][0])


def rows(stack: Stack, zone: str, query: str) -> list[tuple]:
    """Return what a zone's database answers, asked from outside of all zones."""
    with psycopg.connect(stack.engines.postgres.url(zone)) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]
