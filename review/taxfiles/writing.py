"""Writing a tax file (連携ファイルの作成): three CSV in one ZIP, the same bytes for the same rows.

UTF-8 without byte order mark, CRLF, every value quoted, a line of item names first. The control
file names counts, total and the SHA-256 of the two others.
"""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from config.context import load_municipality_file
from review.taxfiles.content import Record
from review.taxfiles.layout import layout
from review.taxfiles.models import TaxFile

DOCUMENTS, DEPENDANTS, CONTROL = "shiryo.csv", "fuyo.csv", "control.csv"
CONTROL_ITEMS = (
    *("団体コード", "課税年度", "作成日時", "作成連番", "様式版"),
    *("件数", "扶養親族等の件数", "金額合計", "資料SHA-256", "扶養SHA-256"),
)
# A ZIP entry carries a day; a fixed one, so that the content alone decides the bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def name_of(file: TaxFile) -> str:
    """Return the name under which the file leaves."""
    return f"zeimu-{file.tax_year}-{file.number:08d}.zip"


def write(file: TaxFile, records: Sequence[Record], *, at: datetime) -> bytes:
    """Return the file with these records."""
    documents = _csv(
        [column.item for column in layout().documents], (record.values for record in records)
    )
    children = [row for record in records for row in record.dependants]
    dependants = _csv([column.item for column in layout().dependants], children)
    control = _csv(
        CONTROL_ITEMS,
        [
            [
                str(load_municipality_file(settings.MUNICIPALITY_FILE)["code"]),
                file.tax_year,
                timezone.localtime(at).strftime("%Y-%m-%dT%H:%M:%S"),
                str(file.number),
                file.layout,
                str(len(records)),
                str(len(children)),
                str(sum(record.amount for record in records)),
                hashlib.sha256(documents).hexdigest(),
                hashlib.sha256(dependants).hexdigest(),
            ]
        ],
    )
    return _zip({DOCUMENTS: documents, DEPENDANTS: dependants, CONTROL: control})


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue().encode()


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
