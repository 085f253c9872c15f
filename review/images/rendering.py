"""Pictures of electronic documents (課税資料イメージ): what a payer's row says, set as a page.

The row is kept without 個人番号, and so is its picture. The form is ours: a list of the items.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from config.context import load_municipality_file
from config.pdf import render
from review.assessment.models import SourceDocument
from review.sources.layouts import Column, layout_for

SHEET = Path(__file__).parent / "sheet.typ"
Kind = SourceDocument.Kind
# What comes as rows of a file; a return has its own original and its papers.
ELECTRONIC = (Kind.SALARY_REPORT, Kind.PENSION_REPORT, Kind.ONE_STOP)
# What the import makes of several items, and so no column of the layout names.
_MADE = {
    "payer_number": "提出義務者の法人番号",
    "revenue": "支払金額の合計",
    "withheld_tax": "源泉徴収税額の合計",
}
# Keyed hashes by which dependants are recognised: nothing for a reader.
_UNSHOWN = frozenset({"family", "dependants", "key"})


def pdf_of(documents: Sequence[SourceDocument], *, at: datetime) -> bytes:
    """Return the documents as PDF, each on a page of its own, in this order."""
    city = load_municipality_file(settings.MUNICIPALITY_FILE)["name"]
    sheets = [_sheet(document) for document in documents]
    note = _("電子データの内容を並べたもので、公式の様式ではありません。個人番号は表示しません。")
    data = {"title": _("課税資料イメージ"), "city": city, "note": note, "sheets": sheets}
    return render(SHEET, data, at=at, boxes=True)


def _sheet(document: SourceDocument) -> dict[str, Any]:
    about = [
        [_("資料の種類"), str(document.get_kind_display())],
        [_("資料番号"), document.source],
        [_("課税年度"), document.tax_year],
        [_("宛名番号"), document.addressee.number],
    ]
    return {"head": str(document.get_kind_display()), "about": about, "items": _items(document)}


def _items(document: SourceDocument) -> list[list[str]]:
    """Return label and value of what the document says, under the names of its layout."""
    columns = layout_for(document.kind, document.tax_year).columns
    known = {column.to: column for column in columns if column.to}
    labels = _MADE | {place: column.name for place, column in known.items()}
    return [
        [labels.get(path, path), _shown(known.get(path), value)]
        for path, value in _flat(document.content)
    ]


def _shown(column: Column | None, value: Any) -> str:
    """Return a value as it stands in the row, and what a code means, which nobody published."""
    if isinstance(value, int):
        return f"{value:,}"
    meaning = column.meaning_of(str(value)) if column else ""
    return f"{value} {meaning} {_('(区分の意味は要確認)')}" if meaning else str(value)


def _flat(content: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in content.items():
        path = f"{before}{name}"
        if name in _UNSHOWN:
            continue
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}.")
        elif isinstance(value, list):
            yield from _listed(path, value)
        else:
            yield path, value


def _listed(path: str, values: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    for value in values:
        if isinstance(value, Mapping):
            # Kinds of pension, each with the number under which the layout has its amounts.
            amounts = {name: amount for name, amount in value.items() if name != "part"}
            yield from _flat(amounts, f"{path}.{value['part'] - 1}.")
        else:
            # Boxes that are ticked stand as a list of their names.
            yield f"{path}.{value}", "○"
