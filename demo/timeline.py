"""One filing followed through the zones, each zone answering for itself."""

import json
import time
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from demo import zones
from demo.filer import Receipt
from demo.home import Home
from demo.processes import manage

JST = ZoneInfo("Asia/Tokyo")


def case_of(home: Home, receipt_number: str) -> dict[str, Any]:
    """Return how a filing that has arrived stands inside."""
    rows: list[dict[str, Any]] = json.loads(
        manage(home, "review", "case_status", "--json", receipt_number)
    )
    return rows[0]


def states_of(home: Home, *receipt_numbers: str) -> dict[tuple[str, int], str]:
    """Return the state inside of each version of these filings that has arrived.

    Read from the rows: starting the zone's own command takes two seconds of a core, which whoever
    waits would spend again and again.
    """
    with psycopg.connect(zones.read(home.env_file("review"))["DATABASE_URL"]) as connection:
        rows = connection.execute(
            "SELECT receipt_number, version, state FROM cases_case WHERE receipt_number = ANY(%s)",
            [list(receipt_numbers)],
        )
        return {(number, version): state for number, version, state in rows}


def wait_for(home: Home, receipt_number: str, *states: str, seconds: float = 60) -> None:
    """Wait until the first version of a filing has come to one of these states."""
    end = time.monotonic() + seconds
    while states_of(home, receipt_number).get((receipt_number, 1)) not in states:
        if time.monotonic() > end:
            raise TimeoutError(f"{receipt_number} has not come to {' or '.join(states)}")
        time.sleep(0.2)


def lines(home: Home, receipt: Receipt, row: dict[str, Any]) -> list[str]:
    """Return the time line of a filing that has been imported."""
    hops = {
        zone: json.loads(manage(home, zone, "exchange_status", "--json"))["hops"]
        for zone in ("portal", "relay")
    }
    handed = {zone: hop["out"]["counts"].get("handed_over", 0) for zone, hop in hops.items()}
    return [
        f"  {_clock(receipt.submitted_at)}  送信      受付番号 {receipt.number}",
        f"            連携      受け渡し: 公開側 {handed['portal']} 通、中継 {handed['relay']} 通",
        f"  {_clock(row['received_at'])}  到達      申請管理に保管(開封は内部だけ)",
        f"  {_clock(row['verified_at'])}  署名検証  {row['verdict']} ({row['reason']})",
        f"            突合      宛名番号 {row['addressee_number']} ({row['match']})",
        f"  {_clock(row['state_changed_at'])}  取込      二人が確認。税額 {row['total']:,} 円",
    ]


def _clock(moment: str | None) -> str:
    if not moment:
        return " " * 8
    return datetime.fromisoformat(moment).astimezone(JST).strftime("%H:%M:%S")
