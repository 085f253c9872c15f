"""`make demo`: start everything, file one return through all zones, then serve until Ctrl-C."""

import signal
import sys
import threading
import time
import uuid
from datetime import UTC, datetime
from types import FrameType

import psycopg

from demo import cards, city, page, recipient, staff, timeline
from demo.clerk import Clerk
from demo.engines import EngineError
from demo.filer import Filer, Receipt
from demo.home import Home
from demo.prechecks import NotReady, check
from demo.processes import Processes
from demo.setup import start
from demo.visitor import Unexpected
from signing.demo import DemoPki


def main() -> int:
    began = time.monotonic()
    signal.signal(signal.SIGTERM, _interrupt)
    processes: Processes | None = None
    try:
        home = Home.default()
        check(home)
        processes = start(home, lambda text: print(f"- {text}", flush=True))
        print(f"準備ができました({time.monotonic() - began:.0f} 秒)", flush=True)
        show_one_filing(home)
        serve(home, processes)
    except (NotReady, EngineError, Unexpected, ValueError, OSError, psycopg.Error) as error:
        print(f"make demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n終了します", flush=True)
    finally:
        # A second Ctrl-C must not leave processes behind.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if processes:
            processes.stop()
    return 0


def show_one_filing(home: Home) -> None:
    """File one return by script, let two robots accept it, and print its time line.

    The same two enter the recipient of files, the first time.
    """
    receipt = file_one(home, city.residents()[-1])
    timeline.wait_for(home, receipt.number, "queued")
    # Signed in once: their one-time codes are used up by it.
    accounts = staff.read(home)
    robots = [
        Clerk(home.url("review"), accounts[number])
        for number in (staff.ROBOT_CLERK, staff.ROBOT_CONFIRMER)
    ]
    accept(receipt, *robots)
    recipient.register(home, *robots)
    timeline.wait_for(home, receipt.number, "imported", "closed")
    row = timeline.case_of(home, receipt.number)
    print("\n一件の申告が通った道(すべて架空のデータです)")
    print("\n".join(timeline.lines(home, receipt, row)), flush=True)


def file_one(home: Home, resident: city.Resident) -> Receipt:
    """File a return for a resident with a fresh card, over HTTP."""
    card = cards.mint(DemoPki.load(home.pki), resident, at=datetime.now(UTC))
    return Filer(home.url("portal"), card, f"demo-{uuid.uuid4().hex[:12]}@example.invalid").file()


def accept(receipt: Receipt, clerk: Clerk, confirmer: Clerk) -> None:
    """Let one robot propose and another confirm, through the staff pages."""
    case = clerk.case_of(receipt.number)
    if case is None:
        raise Unexpected(f"the queue does not show {receipt.number}")
    clerk.act(case, "take", "propose")
    confirmer.act(case, "confirm")


def serve(home: Home, processes: Processes) -> None:
    """Serve the demo page and watch the processes until a signal comes."""
    server = page.serve(home)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"\n住民のサイト              {home.url('portal')}/")
    print(f"職員のサイト              {home.url('review')}/")
    print(f"カードと職員アカウント    {home.url('page')}/")
    print("\nCtrl-C で終わります。", flush=True)
    try:
        while True:
            processes.tend()
            time.sleep(1)
    finally:
        server.shutdown()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
