"""The packages: locks are whole and hashed, and an advisory about one of them is reported."""

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from scripts import locks

ROOT = Path(__file__).resolve().parent.parent.parent
HASH = f"--hash=sha256:{'0' * 64}"
NOT_ONE = ["Django: locked , asked for <5.3,>=5.2", "django: not pinned to one version"]
GOOD = f"django==5.2.19 \\\n    {HASH}\n"


@pytest.fixture
def folder(tmp_path):
    """A small set of locks that is in order."""
    for name in locks.SETS:
        (tmp_path / f"{name}.in").write_text("# What we use.\nDjango>=5.2,<5.3\n")
        (tmp_path / f"{name}.txt").write_text(GOOD)
    return tmp_path


@pytest.mark.req("OPS-03")
def test_our_own_locks_are_whole_and_this_environment_is_what_they_say():
    assert locks.problems() == []
    assert locks.differences(locks.pins()) == []


@pytest.mark.req("OPS-03")
@pytest.mark.parametrize(
    ("lock", "problem"),
    [
        (GOOD, []),
        ("django==5.2.19\n", ["django: has no hash"]),
        (f"django==5.2.19 \\\n    --hash=md5:{'0' * 32}\n", ["django: has no hash"]),
        (GOOD.replace("==", "!="), NOT_ONE),
        (GOOD.replace("5.2.19", "5.3.1"), ["Django: locked 5.3.1, asked for <5.3,>=5.2"]),
        (GOOD.replace("django", "flask"), ["Django: asked for, but not locked"]),
    ],
)
def test_what_is_wrong_with_a_lock_is_named(folder, lock, problem):
    for name in locks.SETS:
        (folder / f"{name}.txt").write_text(lock)

    assert sorted({one.removesuffix(" (make lock)") for one in locks.problems(folder)}) == problem


def test_a_package_that_nobody_locked_is_named():
    known = locks.pins()
    del known["django"]

    assert locks.differences(known) == ["django: installed, but not locked"]


class Database(BaseHTTPRequestHandler):
    """A SIMULATOR of an advisory database: it knows of one package what it was told."""

    known: dict[str, list[str]] = {}
    asked: list[dict] = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(body)
        results = []
        for query in body["queries"]:
            ids = self.known.get(query["package"]["name"], [])
            results.append({"vulns": [{"id": one} for one in ids]} if ids else {})
        answer = json.dumps({"results": results}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_args):
        pass


@pytest.fixture
def database():
    server = HTTPServer(("127.0.0.1", 0), Database)
    Database.known, Database.asked = {}, []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def audit(url):
    environment = os.environ | {"ADVISORIES_URL": url, "NO_PROXY": "127.0.0.1"}
    return subprocess.run(
        [sys.executable, "-m", "scripts.audit"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.req("OPS-03")
def test_every_locked_package_is_asked_after_by_name_and_version_and_nothing_else(database):
    done = audit(database)

    assert (done.returncode, "0 with advisories" in done.stdout) == (0, True)
    (asked,) = Database.asked
    assert asked == {
        "queries": [
            {"package": {"name": pin.name, "ecosystem": "PyPI"}, "version": pin.version}
            for pin in locks.pins().values()
        ]
    }


@pytest.mark.req("OPS-03")
def test_a_planted_advisory_fails_the_audit_and_is_named(database):
    Database.known = {"django": ["PYSEC-2026-1", "CVE-2026-1"]}

    done = audit(database)

    assert done.returncode == 1
    assert f"django {locks.pins()['django'].version}: PYSEC-2026-1, CVE-2026-1" in done.stdout


def test_not_having_asked_is_not_taken_for_clean():
    done = audit("http://127.0.0.1:9/")

    assert (done.returncode, "NOT looked up" in done.stderr) == (3, True)
