"""The error list (エラーリスト) as CSV and PDF: file, row, item, code and remedy; never a value."""

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from config.context import load_municipality_file
from config.pdf import render
from review.sources.models import Arrival, RowError
from review.sources.problems import RELATION

PAGE = Path(__file__).parent / "errors.typ"
MOST_PRINTED = 2_000
TYPES = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}


def as_csv(arrival: Arrival) -> bytes:
    """Return the whole list, for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_("ファイル"), *_heads()])
    writer.writerows([arrival.name, *cells] for cells in _of_the_file(arrival))
    for error in _errors(arrival).iterator():
        writer.writerow([arrival.name, *_cells(error)])
    # With a byte order mark spreadsheets read UTF-8 as what it is.
    return out.getvalue().encode("utf-8-sig")


def as_pdf(arrival: Arrival, *, now: datetime) -> bytes:
    """Return the list as printed: at most two thousand lines, and how many there are in all."""
    errors = _errors(arrival)
    content = _content(arrival, list(errors[:MOST_PRINTED]), errors.count(), now)
    return render(PAGE, content, at=now, boxes=True)


def _content(arrival: Arrival, errors: list[RowError], count: int, now: datetime) -> dict[str, Any]:
    city = str(load_municipality_file(settings.MUNICIPALITY_FILE)["name"])
    about = [
        [_("資料の種類"), arrival.get_kind_display()],
        [_("課税年度"), arrival.tax_year],
        [_("ファイル"), arrival.name],
        [_("受付日"), arrival.received_on.isoformat()],
        [_("行数"), f"{arrival.counts.get('rows', 0):,}"],
        [_("誤りのある行"), f"{arrival.counts.get('bad', 0):,}"],
        [_("出力日時"), timezone.localtime(now).strftime("%Y-%m-%d %H:%M")],
    ]
    rest = count - len(errors)
    return {
        "title": _("エラーリスト"),
        "city": city,
        "about": about,
        "heads": _heads(),
        "lines": [*_of_the_file(arrival), *(_cells(error) for error in errors)],
        "note": _("ほかに%(n)d件あります。CSVで出力してください。") % {"n": rest} if rest else "",
    }


def _of_the_file(arrival: Arrival) -> list[list[str]]:
    """Return the line about the whole file, where it was refused (件数票との相違など)."""
    if arrival.state != Arrival.State.REFUSED:
        return []
    return [["0", "", _("ファイル"), RELATION, arrival.trouble]]


def _errors(arrival: Arrival) -> Any:
    return RowError.objects.filter(arrival=arrival).order_by("line", "id")


def _heads() -> list[str]:
    return [_("行"), _("項目番号"), _("項目"), _("コード"), _("内容")]


def _cells(error: RowError) -> list[str]:
    column = str(error.column) if error.column else ""
    return [str(error.line), column, error.item, error.code, error.message]
