"""The virus scanner of the demo and the tests: the real clamd where it is installed.

It knows two signatures, written when it starts: the harmless test file that all scanners agree on
(EICAR), and words of our own. So nothing has to be fetched, and no file of the repository holds
what a scanner would stop.
"""

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from demo.engines import EngineError
from demo.home import Home

# In pieces, so that this file is no test virus itself.
TEST_VIRUS = b"".join(
    [rb"X5O!P%@AP[4\PZX54(P^)7CC)7}", b"$EICAR-STANDARD-", b"ANTIVIRUS-TEST-FILE!$H+H*"]
)
OWN_WORDS = b"resident-tax-filing: " + b"harmless words that the demo's scanner stops"
SIGNATURES = {"Test.Eicar": TEST_VIRUS, "Test.OwnWords": OWN_WORDS}
CONFIGURATION = """\
Foreground yes
DatabaseDirectory {database}
TemporaryDirectory {folder}
TCPSocket {port}
TCPAddr 127.0.0.1
StreamMaxLength 25M
MaxThreads 4
OfficialDatabaseOnly no
"""


SIMULATED = (
    "ウイルス検査はシミュレーターです(本物の clamd ではなく、試験用の2つの目印だけを見つけます)。"
)
REAL = "ウイルス検査は本物の clamd ですが、見つけるのは試験用の2つの目印だけです。"


def command(home: Home) -> list[str]:
    """Return what starts the demo's scanner: clamd, or the simulator where there is none."""
    port = home.port("scanner")
    if program():
        return Clamd(home.demo / "scanner", port).command()
    return [sys.executable, "-m", "demo.scanner_simulator", str(port)]


def what_it_is() -> str:
    """Return in a sentence which of the two scans in the demo."""
    return REAL if program() else SIMULATED


def program() -> str | None:
    """Return where clamd is, None where it is not installed."""
    return shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")


@dataclass(frozen=True)
class Clamd:
    """One clamd on the loopback: its folder and its port."""

    folder: Path
    port: int

    @property
    def address(self) -> str:
        return f"tcp:127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        """Write the configuration and the signatures; return what starts clamd."""
        database = self.folder / "signatures"
        database.mkdir(parents=True, exist_ok=True)
        lines = (f"{name}:0:*:{words.hex()}\n" for name, words in SIGNATURES.items())
        (database / "local.ndb").write_text("".join(lines))
        configuration = self.folder / "clamd.conf"
        configuration.write_text(
            CONFIGURATION.format(database=database, folder=self.folder, port=self.port)
        )
        return [program() or "clamd", "--config-file", str(configuration)]

    def wait(self, process: subprocess.Popen[bytes], *, seconds: float = 20) -> None:
        """Wait until it answers; EngineError where it ends or does not."""
        end = time.monotonic() + seconds
        while process.poll() is None and time.monotonic() < end:
            if answers(self.port):
                return
            time.sleep(0.05)
        raise EngineError("clamd did not start")


def answers(port: int) -> bool:
    """Tell whether a scanner on this port of the loopback answers."""
    with (
        contextlib.suppress(OSError),
        socket.create_connection(("127.0.0.1", port), timeout=2) as link,
    ):
        link.sendall(b"zPING\0")
        return link.recv(16).startswith(b"PONG")
    return False
