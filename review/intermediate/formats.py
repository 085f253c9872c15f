"""The files as this product assumes them (要確認): orders of deletion, answers, inquiry results."""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# 個人住民税の事務; the server's own code has to be set by the city.
AFFAIR = "個人住民税"
DELETED, UNKNOWN_THERE = "0", "1"


class Unreadable(Exception):
    """A file that is not what it should be; says why in one line and never a value."""


@dataclass(frozen=True)
class Result:
    """An inquiry result as it came: whose, what, when it was finished, and the items."""

    unified_number: str
    title: str
    finished_at: datetime
    items: dict[str, Any]


def orders(rows: Iterable[tuple[int, str, str]]) -> bytes:
    """Return a file of deletion orders: line, 統合宛名番号, 課税年度."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("連番", "統合宛名番号", "事務", "課税年度"))
    writer.writerows((line, number, AFFAIR, year) for line, number, year in rows)
    return out.getvalue().encode()


def read_orders(content: bytes) -> list[list[str]]:
    """Return the lines of a file of orders, its head left out."""
    return list(csv.reader(io.StringIO(content.decode())))[1:]


def answers(rows: Iterable[tuple[str, str]]) -> bytes:
    """Return a file of answers: line and the server's code."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("連番", "結果"))
    writer.writerows(rows)
    return out.getvalue().encode()


def read_answers(content: bytes) -> dict[int, str]:
    """Return the server's code by line of the order file."""
    try:
        rows = list(csv.reader(io.StringIO(content.decode())))
        return {int(line): code.strip()[:10] for line, code in rows[1:]}
    except (UnicodeDecodeError, ValueError) as error:
        raise Unreadable("an answer has two columns: line and result") from error


def read_result(content: bytes) -> Result:
    """Return an inquiry result."""
    try:
        data = json.loads(content)
        at = datetime.fromisoformat(data["finished_at"])
        if at.tzinfo is None or not isinstance(data["items"], dict):
            raise ValueError
        return Result(str(data["unified_number"]), str(data["title"])[:100], at, data["items"])
    except (UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise Unreadable("a result has unified_number, title, finished_at and items") from error
