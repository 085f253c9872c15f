"""Writing a 回送: a cover sheet, a list and the documents as they came, in one ZIP."""

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from config.context import load_municipality_file
from config.pdf import render
from filing.package import MANIFEST
from review.files import national_csv, zip_of
from review.forwarding import queries
from review.forwarding.models import ForwardedItem, Forwarding
from review.sources import national
from review.sources.layouts import layout_for
from review.sources.models import Arrival

COVER = Path(__file__).parent / "cover.typ"
HEAD = ("番号", "資料の種類", "資料番号", "課税年度", "受付日", "ファイル", "SHA-256")


def name_of(forwarding: Forwarding) -> str:
    """Return the name under which it leaves: no person and no place in it."""
    return f"kaisou-{forwarding.number:08d}.zip"


def write(forwarding: Forwarding, *, at: datetime) -> bytes:
    """Return cover sheet (回送書), list and documents; the originals stay as they are."""
    files: dict[str, bytes] = {}
    listed: list[Sequence[str]] = []
    items = forwarding.items.select_related("case__original", "arrival").order_by("pk")
    by_arrival: defaultdict[Arrival, list[ForwardedItem]] = defaultdict(list)
    for item in items:
        if item.case is None:
            assert item.arrival is not None
            by_arrival[item.arrival].append(item)
            continue
        for name, content in _files_of(item).items():
            files[name] = content
            listed.append(_case_line(len(listed) + 1, item, name, content))
    for arrival, lines in by_arrival.items():
        name, content = _lines_of(arrival, lines)
        files[name] = content
        listed += [_row_line(len(listed) + 1 + n, one, name) for n, one in enumerate(lines)]
    files = {
        "kaisousho.pdf": render(COVER, _cover(forwarding, listed, at), at=at, boxes=True),
        "ichiran.csv": national_csv([HEAD, *listed]),
        **files,
    }
    return zip_of(files)


def _files_of(item: ForwardedItem) -> dict[str, bytes]:
    assert item.case is not None
    folder = f"shiryo/{item.case.receipt_number}-{item.case.version}"
    package = item.case.original.package()
    names = sorted(name for name in package.files if name != MANIFEST)
    return {f"{folder}/{name}": package.files[name] for name in names}


def _case_line(number: int, item: ForwardedItem, name: str, content: bytes) -> list[str]:
    case = item.case
    assert case is not None
    return [
        str(number),
        _("住民税申告"),
        f"{case.receipt_number}:{case.version}",
        case.tax_year,
        timezone.localdate(case.submitted_at).isoformat(),
        name,
        hashlib.sha256(content).hexdigest(),
    ]


def _lines_of(arrival: Arrival, items: Iterable[ForwardedItem]) -> tuple[str, bytes]:
    """Return the lines of a file as they came, by themselves."""
    wanted = {item.line for item in items if item.line is not None}
    name = f"shiryo/{arrival.kind}-{arrival.pk}"
    if queries.is_national(arrival):
        documents = [document for _number, document in queries.documents_of(arrival, wanted)]
        layout = layout_for(arrival.kind, arrival.tax_year)
        return f"{name}.xml", national.file_of(documents, layout)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows(cells for _number, cells in queries.lines_of(arrival, wanted))
    return f"{name}.csv", out.getvalue().encode(arrival.encoding)


def _row_line(number: int, item: ForwardedItem, name: str) -> list[str]:
    arrival = item.arrival
    assert arrival is not None
    return [
        str(number),
        str(arrival.get_kind_display()),
        f"{arrival.sha256[:12]}:{item.line}",
        arrival.tax_year,
        arrival.received_on.isoformat(),
        name,
        arrival.sha256,
    ]


def _cover(forwarding: Forwarding, listed: list[Sequence[str]], at: datetime) -> dict[str, Any]:
    city = load_municipality_file(settings.MUNICIPALITY_FILE)
    contact = city["contacts"][0]
    return {
        "title": _("課税資料回送書"),
        "city": city["name"],
        "about": [
            [_("回送先"), forwarding.municipality],
            [_("回送元"), f"{contact['name']} {contact['telephone']}"],
            [_("回送番号"), str(forwarding.number)],
            [_("回送日"), timezone.localdate(at).isoformat()],
            [_("件数"), str(forwarding.count)],
        ],
        "text": _(
            "1月1日現在の住所が貴団体にあると認められるため、次の課税資料を回送します。"
            "原本は当市で保管しています。"
        ),
        "sample": _("見本: 様式は市が公式のものと照合するまで想定です。"),
        "heads": [_("番号"), _("資料の種類"), _("資料番号"), _("課税年度"), _("受付日")],
        "lines": [line[:5] for line in listed],
    }
