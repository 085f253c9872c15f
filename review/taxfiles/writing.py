"""Writing a tax file (連携ファイルの作成): three CSV in one ZIP, the same bytes for the same rows.

UTF-8 without byte order mark, CRLF, every value quoted, a line of item names first. The control
file names counts, total and the SHA-256 of the two others.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from config.context import load_municipality_file
from review.files import national_csv, zip_of
from review.taxfiles.content import Record
from review.taxfiles.layout import layout
from review.taxfiles.models import TaxFile

DOCUMENTS, DEPENDANTS, CONTROL = "shiryo.csv", "fuyo.csv", "control.csv"
CONTROL_ITEMS = (
    *("団体コード", "課税年度", "作成日時", "作成連番", "様式版"),
    *("件数", "扶養親族等の件数", "金額合計", "資料SHA-256", "扶養SHA-256"),
)


def name_of(file: TaxFile) -> str:
    """Return the name under which the file leaves."""
    return f"zeimu-{file.tax_year}-{file.number:08d}.zip"


def write(file: TaxFile, records: Sequence[Record], *, at: datetime) -> bytes:
    """Return the file with these records."""
    heads = [column.item for column in layout().documents]
    documents = national_csv([heads, *(record.values for record in records)])
    children = [row for record in records for row in record.dependants]
    heads = [column.item for column in layout().dependants]
    dependants = national_csv([heads, *children])
    control = national_csv(
        [
            CONTROL_ITEMS,
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
            ],
        ]
    )
    return zip_of({DOCUMENTS: documents, DEPENDANTS: dependants, CONTROL: control})
