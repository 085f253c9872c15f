"""`make chaos ZONES=netns`: the firewall of docs/production-network.md, tried from every side.

Puts the zones, a resident and a member of staff on one flat network, each in a network namespace of
its own, loads the very rules of `deploy/nftables/`, and tries every connection that there could be.
Needs root, iproute2 and nftables; says so where one is missing.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chaos import inside

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "deploy" / "nftables"
ADDRESSES = {
    "outside": "10.77.0.9",
    "portal": "10.77.0.10",
    "relay": "10.77.0.20",
    "review": "10.77.0.30",
    "staff": "10.77.0.40",
}
ZONES = ("portal", "relay", "review")
# Web, exchange endpoints, staff site, ssh, PostgreSQL, Redis.
PORTS = (22, 5432, 6379, 8000, 8001, 8002, 8003)
ALLOWED = {
    ("outside", "portal", 8000),
    ("staff", "portal", 8000),
    ("relay", "portal", 8001),
    ("review", "relay", 8002),
    ("staff", "review", 8003),
}
# So many filings have to come through.
WANTED, PATIENCE_SECONDS = 5, 120
VERIFIED = "SELECT count(*) FROM cases_case WHERE verdict = 'TOTAL_PASSED'"
CONFIRMED = "SELECT count(*) FROM exchange_outboxmessage WHERE confirmed_at IS NOT NULL"
LISTEN = """
    import select, socket, sys
    servers = [socket.create_server(("0.0.0.0", int(port))) for port in sys.argv[1:]]
    print("ready", flush=True)
    while True:
        for one in select.select(servers, [], [])[0]:
            one.accept()[0].close()
"""
PROBE = """
    import json, socket, sys
    from concurrent.futures import ThreadPoolExecutor
    def passes(target):
        try:
            socket.create_connection(tuple(target), timeout=1.5).close()
            return True
        except OSError:
            return False
    targets = json.loads(sys.argv[1])
    with ThreadPoolExecutor(40) as pool:
        print(json.dumps(list(pool.map(passes, targets))))
"""


def main() -> int:
    missing = [program for program in ("ip", "nft") if not shutil.which(program)]
    if os.geteuid() or missing:
        need = (
            "root" if os.geteuid() else f"the programs {' and '.join(missing)} (iproute2, nftables)"
        )
        print(f"the walls cannot be built without {need}", file=sys.stderr)
        return 2
    with network():
        with listeners():
            open_doors = passing()
            walls()
            found = passing()
        came = filings_through()
    everything = (len(ADDRESSES) - 1) * len(ZONES) * len(PORTS)
    print(f"without rules {len(open_doors)} of {everything} connections pass, with them:")
    for source, target, port in sorted(found):
        print(f"  {source} -> {target}:{port}")
    wrong = found ^ ALLOWED
    for source, target, port in sorted(wrong):
        word = "passes and must not" if (source, target, port) in found else "is shut"
        print(f"WRONG {source} -> {target}:{port} {word}")
    print(f"{came} filings went through the walls, verified, and were confirmed to the portal")
    return 1 if wrong or len(open_doors) != everything or came < WANTED else 0


def passing() -> set[tuple[str, str, int]]:
    """Return every connection between two different places that is answered."""
    found = set()
    for source in ADDRESSES:
        wanted = [(zone, port) for zone in ZONES if zone != source for port in PORTS]
        targets = json.dumps([(ADDRESSES[zone], port) for zone, port in wanted])
        answers = json.loads(_python(source, PROBE, targets))
        found |= {(source, *one) for one, passed in zip(wanted, answers, strict=True) if passed}
    return found


def walls() -> None:
    """Load each zone's rules, as they stand in the repository."""
    for zone in ZONES:
        _run("ip", "netns", "exec", _name(zone), "nft", "-f", f"{zone}.nft", folder=RULES)


def filings_through() -> int:
    """Run the zones themselves behind the walls; return how many filings came all the way."""
    with tempfile.TemporaryDirectory(prefix="walls-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        inside.prepare(folder)
        running = {zone: _zone(zone, folder) for zone in ZONES}
        try:
            for process in running.values():
                _answer(process)
            end, came = time.monotonic() + PATIENCE_SECONDS, 0
            while came < WANTED and time.monotonic() < end:
                time.sleep(1)
                verified = _ask(running["review"], VERIFIED)
                came = min(verified, _ask(running["portal"], CONFIRMED))
            return came
        finally:
            for process in running.values():
                assert process.stdin
                process.stdin.close()
            for process in running.values():
                process.wait(60)


def _zone(zone: str, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "chaos.inside", zone, str(folder), json.dumps(ADDRESSES)]
    return subprocess.Popen(
        ["ip", "netns", "exec", _name(zone), *command],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _ask(process: subprocess.Popen[str], query: str) -> int:
    assert process.stdin
    process.stdin.write(query + "\n")
    process.stdin.flush()
    return int(json.loads(_answer(process))[0][0])


def _answer(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        raise SystemExit("a zone did not come up behind the walls")
    return line


@contextmanager
def network() -> Iterator[None]:
    """Make a switch and five places on it; take everything down again."""
    places = ("switch", *ADDRESSES)
    for place in places:
        subprocess.run(["ip", "netns", "del", _name(place)], capture_output=True)
        _run("ip", "netns", "add", _name(place))
    try:
        _inside("switch", "link", "add", "br0", "type", "bridge")
        _inside("switch", "link", "set", "br0", "up")
        for place, address in ADDRESSES.items():
            ends = (f"{place[:6]}-a", f"{place[:6]}-b")
            _run("ip", "link", "add", ends[0], "type", "veth", "peer", "name", ends[1])
            _run("ip", "link", "set", ends[0], "netns", _name("switch"))
            _run("ip", "link", "set", ends[1], "netns", _name(place))
            _inside("switch", "link", "set", ends[0], "master", "br0", "up")
            _inside(place, "addr", "add", f"{address}/24", "dev", ends[1])
            _inside(place, "link", "set", ends[1], "up")
            _inside(place, "link", "set", "lo", "up")
        yield
    finally:
        for place in places:
            _run("ip", "netns", "del", _name(place))


@contextmanager
def listeners() -> Iterator[None]:
    """Let every zone answer on every port, so that only the rules decide."""
    started = []
    try:
        for zone in ZONES:
            process = subprocess.Popen(
                [
                    *("ip", "netns", "exec", _name(zone), sys.executable, "-c"),
                    textwrap.dedent(LISTEN),
                    *map(str, PORTS),
                ],
                stdout=subprocess.PIPE,
                text=True,
            )
            assert process.stdout
            process.stdout.readline()
            started.append(process)
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def _name(place: str) -> str:
    return f"filing-{place}"


def _inside(place: str, *arguments: str) -> None:
    _run("ip", "-n", _name(place), *arguments)


def _python(place: str, program: str, *arguments: str) -> str:
    command = [sys.executable, "-c", textwrap.dedent(program), *arguments]
    return _run("ip", "netns", "exec", _name(place), *command)


def _run(*command: str, folder: Path = ROOT) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:6])}: {done.stderr.strip()}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
