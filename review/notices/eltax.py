"""The file for eLTAX (特別徴収税額通知の電子データ): alone it carries the 個人番号 (NOT-07).

No published layout was read: the layout is ours (assumed), marked 「仮1」 in each row, by the rules
for files between offices: UTF-8, every cell quoted, CRLF, a heading line. The number is opened
while the file is made and is kept nowhere.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from config.context import load_municipality_file
from review.addressees.models import Business
from review.errors import Refusal
from review.notices.models import IssuedDocument
from review.notices.slips import MONTHS

LAYOUT = "仮1"
HEAD = (
    *("様式", "団体コード", "課税年度", "通知の種類", "発行番号", "法人番号", "指定番号"),
    *("特別徴収義務者", "宛名番号", "個人番号", "氏名", "フリガナ", "特別徴収税額"),
    *(f"{month}分" for month in MONTHS),
)
Kind = IssuedDocument.Kind
_KINDS = {Kind.EMPLOYEE: "税額通知", Kind.EMPLOYEE_CHANGE: "変更通知"}


def eltax_file(documents: Iterable[IssuedDocument]) -> bytes:
    """Return the employees' notices as the file; the employer's sums follow from them.

    Refusal where an employee's 個人番号 is not known: such a notice goes on paper.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(HEAD)
    writer.writerows(_rows(list(documents)))
    return out.getvalue().encode()


def _rows(documents: list[IssuedDocument]) -> Iterator[list[str]]:
    numbers = {document.employer_number for document in documents} - {""}
    known = Business.objects.filter(corporate_number__in=numbers)
    designated = {b.corporate_number: b.designated_number for b in known}
    code = load_municipality_file(settings.MUNICIPALITY_FILE)["code"]
    for document in documents:
        if document.decision is None:
            continue
        person, amounts = document.decision.addressee, document.content["amounts"]
        number = person.opened_number
        if not number:
            text = _("個人番号のない人がいます(宛名番号 %(number)s)。書面で発行してください。")
            raise Refusal(text % {"number": person.number})
        yield [
            *(LAYOUT, code, document.tax_year, _KINDS[Kind(document.kind)], str(document.number)),
            *(document.employer_number, designated.get(document.employer_number, "")),
            *(document.employer, person.number, number, person.name, person.kana),
            *map(str, (sum(amounts), *amounts)),
        ]
