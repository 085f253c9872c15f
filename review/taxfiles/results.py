"""Reading back (取込結果の読込み): what the tax system says of each row, as codes on the case.

A line that cannot be taken is listed and the others count. The same file, or the same fault in
another file, changes nothing.
"""

import hashlib
import io
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from review.audit.services import record_by
from review.cases.transitions import write_down
from review.errors import Refusal
from review.sources.problems import CHARACTERS, LENGTH, RELATION, REQUIRED, Problem, unreadable
from review.sources.reading import Line, read_lines
from review.staff.actors import Actor
from review.taxfiles.models import ImportFault, ResultFile, TaxFile, TaxFileRow

# The layout is assumed, as that of the file itself: five items, the first line names them.
ITEMS = ("作成連番", "資料番号", "コード", "項目", "内容")
TAKEN_IN = "E0000"
MAX_BYTES = 50_000_000
MOST_LISTED = 1_000
_CODE = re.compile(r"[0-9A-Z][0-9A-Z-]{0,9}")
_DIGITS = re.compile(r"[0-9０-９]{7,}")
RowState = TaxFileRow.State


@dataclass(frozen=True)
class Answer:
    """One line (結果行) as read: of which row, which code, about which item."""

    file: int
    document: str
    code: str
    item: str
    message: str


def read(
    content: bytes, *, name: str, by: Actor, reason: str, now: datetime
) -> tuple[ResultFile, bool]:
    """Take a result file; return it and whether it is new."""
    if not 0 < len(content) <= MAX_BYTES:
        raise Refusal(_("ファイルが空か、大きすぎます。"))
    lines = list(read_lines(io.BytesIO(content), "utf-8"))
    if not lines or tuple(lines[0].cells) != ITEMS:
        raise Refusal(
            _("1行目が「%(items)s」ではありません。UTF-8の取込結果ファイルを選んでください。")
            % {"items": ",".join(ITEMS)}
        )
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        about = {"name": name[-200:], "at": now, "by": by.id}
        result, new = ResultFile.objects.get_or_create(sha256=sha256, defaults=about)
        if new:
            _apply(result, lines[1:], by=by, reason=reason, now=now)
    return result, new


def _apply(result: ResultFile, lines: list[Line], *, by: Actor, reason: str, now: datetime) -> None:
    bad: list[dict[str, Any]] = []
    counts: Counter[str] = Counter(rows=len(lines))
    rows = cache(_rows_of)
    for line in lines:
        answer = _answer(line)
        outcome = (
            answer
            if isinstance(answer, Problem)
            else _take(answer, rows(answer.file), result, by=by, reason=reason, now=now)
        )
        if isinstance(outcome, Problem):
            counts["bad"] += 1
            bad.append({"line": line.number, **vars(outcome)})
        else:
            counts[outcome] += 1
    result.counts, result.bad_lines = dict(counts), bad[:MOST_LISTED]
    result.save(update_fields=["counts", "bad_lines"])
    detail = {"sha256": result.sha256, **counts}
    subject = f"result-file:{result.pk}"
    record_by(by, "tax_file.answered", reason=reason, now=now, subject=subject, detail=detail)


def _answer(line: Line) -> Answer | Problem:
    if line.problem:
        return line.problem
    if len(line.cells) != len(ITEMS):
        return Problem(LENGTH, "行", f"項目の数が{len(line.cells)}です。5項目にしてください。")
    cells = [cell.strip() for cell in line.cells]
    for item, cell in zip(ITEMS[:3], cells, strict=False):
        if not cell:
            return Problem(REQUIRED, item, "必須の項目です。値を入れてください。")
    number, document, code, about, message = cells
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        return Problem(CHARACTERS, "作成連番", "半角数字で入れてください。")
    if not _CODE.fullmatch(code):
        return Problem(CHARACTERS, "コード", "半角の英大文字と数字、10文字以内です。")
    if any("\x00" in cell or "\ufffd" in cell for cell in cells):
        return unreadable("行")
    return Answer(int(number), document, code, _harmless(about, 100), _harmless(message, 200))


def _harmless(text: str, size: int) -> str:
    """Return a text without digits that may be somebody's number: only code and item are needed."""
    return _DIGITS.sub("***", text)[:size]


def _rows_of(number: int) -> dict[str, TaxFileRow]:
    """Return the rows of a file that went out by 資料番号, locked, all at once."""
    rows = TaxFileRow.objects.select_for_update(of=("self",))
    found = rows.filter(file=number, file__state=TaxFile.State.TAKEN)
    found = found.select_related("case__addressee", "document")
    return {row.document.source: row for row in found.order_by("pk")}


def _take(
    answer: Answer,
    rows: dict[str, TaxFileRow],
    result: ResultFile,
    *,
    by: Actor,
    reason: str,
    now: datetime,
) -> str | Problem:
    """Note an answer on its row; return what it was, or why it was not taken."""
    row = rows.get(answer.document)
    if row is None:
        return Problem(RELATION, "資料番号", "この作成連番で渡した資料ではありません。")
    if answer.code == TAKEN_IN:
        return _taken_in(row, now)
    fault, new = ImportFault.objects.get_or_create(
        row=row,
        code=answer.code,
        item=answer.item,
        defaults={
            "case": row.case,
            "result": result,
            "message": answer.message,
            "found_at": now,
        },
    )
    if not new:
        return "repeated"
    if row.state in (RowState.SENT, RowState.TAKEN_IN):
        row.state, row.changed_at = RowState.FAULTY, now
        row.save(update_fields=["state", "changed_at"])
    detail = {"file": answer.file, "fault": fault.pk, "code": fault.code, "item": fault.item}
    write_down(row.case, "case.import_fault", by=by, reason=reason, now=now, detail=detail)
    return "faults"


def _taken_in(row: TaxFileRow, now: datetime) -> str:
    if row.state != RowState.SENT:
        return "repeated"
    row.state, row.changed_at = RowState.TAKEN_IN, now
    row.save(update_fields=["state", "changed_at"])
    return "taken_in"
