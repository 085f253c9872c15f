"""Exports (一覧の出力): asked for by one person, allowed by another, taken once, written down.

No file holds a 個人番号, the list of cases no name either; what an extract (EUC) holds, the items
that were asked for say. Cells that a spreadsheet would run as a formula are texts.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from review.audit.services import record_by
from review.cases.models import Case, Export
from review.errors import Refusal
from review.staff.actors import Actor

# Head and lines of what is taken out.
Table = tuple[Sequence[str], Iterable[Sequence[str]]]
CASES = "cases"
MOST_ROWS = 50_000
HEAD = (
    *("受付番号", "課税年度", "手続", "版", "状態", "署名", "突合", "宛名番号", "区", "担当"),
    *("受付日時", "到達日時", "処理期限"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def request(
    *,
    query: str,
    format_: str,
    why: str,
    by: Actor,
    reason: str,
    now: datetime,
    dataset: str = CASES,
    items: Sequence[str] = (),
) -> Export:
    """Ask for a list (出力の申請); nothing leaves before a second person allows it."""
    if by.member is None:
        raise Refusal(_("自動処理は一覧を出力できません。"))
    with transaction.atomic():
        asked = Export.objects.create(
            dataset=dataset,
            items=list(items),
            query=query,
            format=format_,
            reason=why,
            requested_by=by.member,
            requested_at=now,
        )
        _write_down(asked, "export.requested", by=by, reason=reason, now=now, why=why)
    return asked


def approve(asked: Export, *, by: Actor, reason: str, now: datetime) -> Export:
    """Allow another person's export (出力の承認)."""
    with transaction.atomic():
        locked = Export.objects.select_for_update().get(pk=asked.pk)
        if by.member is None or locked.requested_by_id == by.member.pk:
            raise Refusal(_("自分が申請した出力を自分で承認することはできません。"))
        if locked.approved_at is not None:
            raise Refusal(_("すでに承認されています。"))
        locked.approved_by, locked.approved_at = by.member, now
        locked.save(update_fields=["approved_by", "approved_at"])
        _write_down(locked, "export.approved", by=by, reason=reason, now=now)
    return locked


def take(
    asked: Export, rows: QuerySet[Case], *, by: Actor, reason: str, now: datetime
) -> tuple[str, bytes]:
    """Return file name and content of the list of cases (一覧の出力)."""
    # While a stop of use (利用停止) is in force the person stands in no list.
    used = rows.exclude(addressee__rights_requests__state="in_force")
    lines = (_cells(case) for case in used[:MOST_ROWS])
    return take_table(asked, lambda: (HEAD, lines), by=by, reason=reason, now=now)


def take_table(
    asked: Export, table: Callable[[], Table], *, by: Actor, reason: str, now: datetime
) -> tuple[str, bytes]:
    """Return file name and content, once, to the person who asked (出力)."""
    with transaction.atomic():
        locked = Export.objects.select_for_update().get(pk=asked.pk)
        if by.member is None or locked.requested_by_id != by.member.pk:
            raise Refusal(_("申請した本人だけが受け取ることができます。"))
        if locked.approved_at is None:
            raise Refusal(_("まだ承認されていません。"))
        if locked.taken_at is not None:
            raise Refusal(_("すでに受け取った出力です。必要なときは、もう一度申請してください。"))
        head, found = table()
        lines = list(found)
        content = _WRITERS[Export.Format(locked.format)](head, lines)
        locked.taken_at = now
        locked.save(update_fields=["taken_at"])
        _write_down(locked, "export.taken", by=by, reason=reason, now=now, rows=len(lines))
    return f"{locked.dataset}-{locked.pk}.{locked.format}", content


def _cells(case: Case) -> list[str]:
    person, owner = case.addressee, case.assigned_to
    return [
        case.receipt_number,
        case.tax_year,
        case.procedure,
        str(case.version),
        case.get_state_display(),
        case.get_verdict_display(),
        case.get_match_method_display(),
        person.number if person else "",
        person.ward if person else "",
        owner.number if owner else "",
        *(_moment(at) for at in (case.submitted_at, case.received_at, case.target_at)),
    ]


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def _csv(head: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in line] for line in lines)
    # With a byte order mark spreadsheets read UTF-8 as what it is.
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _xlsx(head: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    for row, line in enumerate([head, *lines]):
        for column, cell in enumerate(line):
            sheet.write_string(row, column, cell)
    book.close()
    return out.getvalue()


_WRITERS = {Export.Format.CSV: _csv, Export.Format.XLSX: _xlsx}


def _write_down(
    export: Export, action: str, *, by: Actor, reason: str, now: datetime, **detail: Any
) -> None:
    about = {"query": export.query, "format": export.format, **detail}
    if export.dataset != CASES:
        about |= {"dataset": export.dataset, "items": export.items}
    record_by(by, action, reason=reason, now=now, subject=f"export:{export.pk}", detail=about)
