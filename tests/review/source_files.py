"""Files of payers, as the tests write them: rows by item number of the national layout."""

import io
from datetime import date

from review.sources import receiving
from review.sources.importing import import_arrival
from review.sources.models import Arrival
from tests.review.city import NUMBERS, PEOPLE
from tests.review.story import NOW, SYSTEM

ERAS = {"showa": "1", "heisei": "4"}


def salary_row(who="sato", **items):
    """Return the 147 cells of a 給与支払報告書; `items` are cells by number: c17="3200000"."""
    holder = PEOPLE[who]
    born = holder.birth_date
    cells = {
        1: "315",
        5: "株式会社くまもと商店",
        10: "0",
        11: "08",
        12: holder.address,
        14: holder.name,
        17: "3200000",
        21: "52000",
        36: "480000",
        44: "1",
        45: str(born.year - 1925),
        46: str(born.month),
        47: str(born.day),
        94: "7123456789012",
        95: holder.personal_number,
        137: holder.kana,
        138: f"E-{NUMBERS[who]}",
        139: "431001",
        140: "0012345",
        147: "2",
    }
    return _cells(147, cells, items)


def pension_row(who="kato", width=57, **items):
    """Return the cells of a 公的年金等支払報告書: 49 as of 2014, 57 with the numbers."""
    holder = PEOPLE[who]
    born = holder.birth_date
    cells = {
        1: "331",
        5: "日本年金機構",
        10: "0",
        11: "08",
        12: holder.address,
        14: holder.name,
        15: "1",
        16: str(born.year - 1925),
        17: str(born.month),
        18: str(born.day),
        23: "1800000",
        25: "20000",
        39: "90000",
        46: holder.kana,
        47: "P-1",
        48: "431028",
        49: "0099999",
    }
    if width == 57:
        cells |= {50: holder.personal_number, 51: "4011001098993"}
    return _cells(width, cells, items)


def one_stop_row(who="sato", **items):
    """Return the cells of a 申告特例通知書 in our own layout."""
    holder = PEOPLE[who]
    cells = {
        1: "951",
        2: "0",
        3: "08",
        4: "131016",
        5: "千代田区",
        6: holder.personal_number,
        7: holder.name,
        8: holder.kana,
        9: holder.birth_date.isoformat(),
        11: holder.address,
        12: "30000",
        14: "N-1",
    }
    return _cells(14, cells, items)


def _cells(width, cells, items):
    cells = cells | {int(name[1:]): value for name, value in items.items()}
    return [cells.get(number, "") for number in range(1, width + 1)]


def file_of(*rows, encoding="cp932"):
    return "".join(",".join(row) + "\r\n" for row in rows).encode(encoding)


def receive(content, kind="salary_report", **more):
    """Keep a file; it waits to be looked at."""
    about = {"name": "kyuho.csv", "tax_year": "R9", "received_on": date(2027, 1, 20)} | more
    return receiving.receive(io.BytesIO(content), kind=kind, by=SYSTEM, now=NOW, **about)


def take_in(content, kind="salary_report", *, now=NOW, **more):
    """Keep a file and import it, as staff and the sweep would; return the arrival."""
    arrival, new = receive(content, kind, **more)
    if new:
        receiving.release(arrival, by=SYSTEM, now=now)
        import_arrival(arrival, by=SYSTEM, now=now)
    return Arrival.objects.get(pk=arrival.pk)
