"""`make chaos`: every fault under a stream of filings, and after each the whole account.

`python -m chaos.run [--short] [--only WORDS] [--json FILE]`; ends with 1 where anything does not
hold. Needs nothing but what `make setup` installs.
"""

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from chaos import account, disk
from chaos.faults import RATE, Fault, faults
from chaos.stack import Stack
from demo.home import Home


@dataclass(frozen=True)
class Outcome:
    """What became of one fault."""

    fault: str
    filings: int
    settled_in_seconds: float
    findings: list[str]


def main() -> int:
    # Ended politely, it takes everything down that it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    arguments = _arguments()
    chosen = [
        one for one in faults() if (one.short or not arguments.short) and arguments.only in one.name
    ]
    missing = {fault.name: why for fault in chosen if (why := fault.missing())}
    for name, why in missing.items():
        print(f"NOT MADE {name}: {why}", flush=True)
    chosen = [fault for fault in chosen if fault.name not in missing]
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        Path(folder).chmod(0o755)
        with _disk(Path(folder), chosen):
            outcomes = _run_all(Path(folder), chosen)
    if arguments.json:
        Path(arguments.json).write_text(
            json.dumps([asdict(one) for one in outcomes], indent=2) + "\n", encoding="utf-8"
        )
    broken = [one for one in outcomes if one.findings]
    print(f"{len(outcomes)} faults, {len(broken)} of them with findings")
    return 1 if broken or missing else 0


@contextmanager
def _disk(folder: Path, chosen: list[Fault]) -> Iterator[None]:
    """Lay PostgreSQL on a small disk where one of the faults fills it."""
    if not any(fault.missing is disk.missing for fault in chosen):
        yield
        return
    small = disk.SmallDisk(Home(folder, 0).folder / "postgres")
    small.mount()
    try:
        yield
    finally:
        small.unmount()


def _run_all(folder: Path, chosen: list[Fault]) -> list[Outcome]:
    stack = Stack(folder)
    try:
        stack.up()
        stack.feed(RATE)
        return [run(stack, fault) for fault in chosen]
    finally:
        stack.down()


def run(stack: Stack, fault: Fault) -> Outcome:
    """Let filings flow, make the fault, heal it, wait, and take the account."""
    before = account.filings(stack)
    stack.pause(False)
    time.sleep(1.5)
    findings = _make(stack, fault)
    time.sleep(1.0)
    stack.pause(True)
    stack.wait_for_web()
    settled = account.settle(stack, fault.patience)
    findings += [f"{one.rule}: {one.detail}" for one in account.check(stack)]
    outcome = Outcome(fault.name, account.filings(stack) - before, round(settled, 1), findings)
    print(
        f"{'ok ' if not findings else 'BAD'} {fault.name}: {outcome.filings} filings,"
        f" settled in {outcome.settled_in_seconds} s {'; '.join(findings)}",
        flush=True,
    )
    return outcome


def _make(stack: Stack, fault: Fault) -> list[str]:
    """Make the fault and heal it; an answer that nobody should have been given is a finding."""
    try:
        fault.work(stack, fault.seconds)
    except AssertionError as error:
        return [str(error)]
    return []


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos")
    parser.add_argument("--short", action="store_true", help="the form that the tests run")
    parser.add_argument("--only", default="", help="faults whose name has these words")
    parser.add_argument("--json", default="", help="where the outcomes go")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
