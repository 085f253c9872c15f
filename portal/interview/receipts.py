"""The list of medical receipts (医療費の明細): from pasted text or a CSV file to checked rows."""

import csv
import io
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from config.fields import MoneyField
from portal.interview.fields import FORBIDDEN

MOST_ROWS = 200
# What stands over the column of amounts in the lists that offices and health insurers hand out.
HEADINGS = ("額", "医療費", "支払")
MOST_BYTES = 200 * 1024
MOST_MESSAGES = 5
# Yen of one row: the sum of every row must fit into the box of the form.
MOST_YEN = 40_000_000
# 医療費の区分 as the lists of offices and of the tax agency write it (医療費控除の明細書).
KINDS = {
    "treatment": ("診療・治療", "診療", "治療"),
    "medicine": ("医薬品購入", "医薬品", "薬"),
    "care": ("介護保険サービス", "介護"),
    "other": ("その他の医療費", "その他"),
}
_KIND_OF = {word: kind for kind, words in KINDS.items() for word in words}
TEXT_LIMITS = {"person": 100, "payee": 200}

Receipt = dict[str, Any]


class ListError(Exception):
    """A list that cannot be taken; `messages` say which line and how to mend it."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


def decode(file: UploadedFile) -> str:
    """Return a file's text, UTF-8 or the Shift_JIS of spreadsheets; ListError where it is none."""
    if (file.size or 0) > MOST_BYTES:
        raise ListError([_("ファイルが大きすぎます。200KBまでのCSVファイルを選んでください。")])
    data = file.read(MOST_BYTES + 1)
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise ListError([_("文字のファイルではありません。CSV形式で保存して、選び直してください。")])


def parse(text: str) -> list[Receipt]:
    """Return the rows of a list; an empty text has none. Raises ListError naming the lines."""
    delimiter = "\t" if "\t" in text else ","
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    receipts, troubles = [], []
    try:
        rows = list(csv.reader(io.StringIO(lines), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ListError(
            [_('区切りが読み取れません。「"」が閉じているか確かめてください。')]
        ) from error
    for number, cells in enumerate(rows, start=1):
        cells = [cell.strip() for cell in cells]
        if not any(cells) or (number == 1 and _is_heading(cells)):
            continue
        try:
            receipts.append(_receipt(cells))
        except ValidationError as error:
            troubles.append(
                _("%(n)s行目: %(trouble)s") % {"n": number, "trouble": error.messages[0]}
            )
    if len(receipts) > MOST_ROWS:
        troubles.append(_("明細は200件までです。病院や薬局ごとに合計して、まとめてください。"))
    if troubles:
        raise ListError(troubles[:MOST_MESSAGES])
    return receipts


def totals_of(receipts: list[Receipt]) -> tuple[int, int]:
    """Return what was paid and what came back, of each receipt no more than was paid for it.

    所得税法73条: what insurance pays lowers the cost that it was paid for, and no other one.
    """
    back = sum(min(row["reimbursed"], row["paid"]) for row in receipts)
    return sum(row["paid"] for row in receipts), back


def as_text(receipts: list[Receipt]) -> str:
    """Return the rows as text that `parse` reads again as the same rows."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(map(_cells, receipts))
    return out.getvalue()


def _cells(receipt: Receipt) -> list[Any]:
    own = [receipt[name] for name in ("person", "payee", "paid", "reimbursed")]
    return own + ([KINDS[receipt["kind"]][0]] if "kind" in receipt else [])


def _is_heading(cells: list[str]) -> bool:
    """Whether a first line names the columns; a wrong amount is no heading and must be told."""
    return any(word in cell for cell in cells[2:] for word in HEADINGS)


def _receipt(cells: list[str]) -> Receipt:
    if not 3 <= len(cells) <= 5:
        raise ValidationError(
            _(
                "受けた人、病院や薬局、払った金額、戻った金額を、カンマかタブで区切って入力してください"
                "(例 佐藤 花子,くまもと病院,12000,0)。"
            )
        )
    found: Receipt = {}
    labels = {"person": _("受けた人"), "payee": _("病院や薬局")}
    for (name, limit), cell in zip(TEXT_LIMITS.items(), cells[:2], strict=True):
        if not cell:
            raise ValidationError(_("「%(label)s」を入力してください。") % {"label": labels[name]})
        if len(cell) > limit or FORBIDDEN.search(cell):
            words = {"box": labels[name], "limit": limit}
            raise ValidationError(_("%(box)sを%(limit)s文字までで入力してください。") % words)
        found[name] = cell
    found["paid"] = MoneyField(label=_("払った金額"), max_value=MOST_YEN).clean(cells[2])
    back_field = MoneyField(label=_("戻った金額"), required=False, max_value=MOST_YEN)
    back = back_field.clean(cells[3] if cells[3:] else "")
    found["reimbursed"] = back or 0
    return found | _kind_of(cells[4] if cells[4:] else "")


def _kind_of(cell: str) -> Receipt:
    """Return 医療費の区分, which may be left out."""
    if cell and cell not in _KIND_OF:
        words = {"kinds": _("、").join(names[0] for names in KINDS.values())}
        raise ValidationError(_("区分は、%(kinds)sのどれかを入力してください。") % words)
    return {"kind": _KIND_OF[cell]} if cell else {}
