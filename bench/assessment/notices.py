"""Tax notices a minute: one document each, many in one, and Typst itself without our content."""

import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import typst

AT = datetime(2027, 6, 1, tzinfo=UTC)
TOGETHER = 200
BARE = b'#set text(lang: "ja", font: "Noto Sans CJK JP")\n#set document(title: "x")\n= x\n'


def notice(serial: int) -> dict[str, Any]:
    """Return a notice of the usual length: figures, four terms, six months."""
    figures = [[f"項目{n}", f"{serial * 7 + n:,}円"] for n in range(9)]
    terms = [[f"第{n}期", "令和9年6月30日", f"{serial + n:,}円"] for n in range(1, 5)]
    months = [[f"{n}月", f"{serial + n:,}円"] for n in range(6)]
    return {
        "number": str(serial),
        "title": "市民税・県民税・森林環境税 納税通知書",
        "sample": "見本",
        "year": "令和9年度",
        "to": f"試験 {serial} 様",
        "from": "熊本市長",
        "facts": [["住所", "熊本市中央区試験町1番地"], ["宛名番号", f"{serial:09d}"]],
        "tables": [
            {"title": "所得と税額", "head": ["項目", "金額"], "rows": figures},
            {"title": "普通徴収", "head": ["期", "納期限", "金額"], "rows": terms},
            {"title": "年金特別徴収", "head": ["月", "金額"], "rows": months},
        ],
        "notes": [],
    }


def one_by_one(count: int) -> None:
    from review.notices.issuing import pdf_of_contents

    for serial in range(count):
        pdf_of_contents([notice(serial)], at=AT)


def together(count: int, begin: int = 0) -> None:
    """Make notices of people from `begin` on: Typst remembers pages that it has laid out."""
    from review.notices.issuing import pdf_of_contents

    for first in range(begin, begin + count, TOGETHER):
        pdf_of_contents([notice(n) for n in range(first, first + TOGETHER)], at=AT)


def bare(count: int) -> None:
    """One heading in the same font, tagged alike: what setting up Typst costs."""
    from config.pdf import FONTS

    for _each in range(count):
        typst.compile(
            BARE,
            format="pdf",
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
            sys_inputs={"data": json.dumps({})},
        )


def per_minute(act: Callable[[int], None], count: int) -> int:
    start = time.perf_counter()
    act(count)
    return round(count / (time.perf_counter() - start) * 60)


def per_minute_in_parallel(count: int, workers: int) -> int:
    # Threads: Typst has its own in this process by now, which a fork would leave behind.
    start = time.perf_counter()
    own = count // workers
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(together, [own] * workers, [(1 + n) * 10 * own for n in range(workers)]))
    return round(count / (time.perf_counter() - start) * 60)


def measure_notices() -> dict[str, Any]:
    """Return notices a minute by way, and how long 300,000 take by the quickest."""
    found = {
        "bare_typst_documents": per_minute(bare, 12),
        "one_notice_a_document": per_minute(one_by_one, 12),
        f"{TOGETHER}_notices_a_document": per_minute(
            lambda count: together(count, 5 * TOGETHER), 2 * TOGETHER
        ),
    }
    cores = os.cpu_count() or 1
    found["in_parallel"] = per_minute_in_parallel(4 * TOGETHER * cores, cores)
    return {
        "notices_a_minute": found,
        "minutes_for_300000": round(300_000 / found["in_parallel"]),
        "load": round(os.getloadavg()[0], 1),
    }
