"""Handing over returns (税務システムへの連携): made, approved by another, taken once."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from config.context import load_municipality_file
from review.assessment.models import SourceDocument, counting_documents
from review.audit.services import record_by
from review.cases.models import Case
from review.deciding import allow, locked_in
from review.errors import Refusal
from review.files import make_alone
from review.recipients.models import Recipient
from review.recipients.sealing import Sealed, seal_for
from review.staff.actors import Actor
from review.staff.roles import Role
from review.taxfiles import faults, writing
from review.taxfiles.content import Record, record_of
from review.taxfiles.layout import layout
from review.taxfiles.models import TaxFile, TaxFileRow

MOST_ROWS = 20_000
FILE_LOCK = 0x74617866
State, RowState = TaxFile.State, TaxFileRow.State
OPEN = [RowState.WAITING, RowState.SENT, RowState.TAKEN_IN, RowState.FAULTY]


def uses_numbers() -> bool:
    """Tell whether the way to this city's tax system uses 個人番号 (連携方式)."""
    city = load_municipality_file(settings.MUNICIPALITY_FILE)
    return bool(city.get("tax_file", {}).get("uses_numbers", False))


def ready(tax_year: str) -> QuerySet[SourceDocument]:
    """Return the returns of a year that count and that no file has, or that may go out again."""
    returns = SourceDocument.objects.filter(
        counting_documents(), tax_year=tax_year, kind=SourceDocument.Kind.RESIDENT_RETURN
    )
    # While a stop of use (利用停止) is in force the person's data go nowhere.
    usable = returns.exclude(addressee__rights_requests__state="in_force")
    return usable.exclude(tax_file_rows__state__in=OPEN).order_by("source")


def make(tax_year: str, *, by: Actor, reason: str, now: datetime) -> TaxFile | None:
    """Put what is ready into a file (連携ファイルの作成); a second person approves it.

    A return that does not fit the layout gets its faults and stays out; None where none is left.
    """
    with transaction.atomic():
        make_alone(FILE_LOCK)
        documents = list(ready(tax_year).select_for_update(of=("self",))[:MOST_ROWS])
        faults.close_replaced(now=now)
        fitting = list(_fitting(documents, by=by, reason=reason, now=now))
        if not fitting:
            return None
        file = TaxFile.objects.create(
            tax_year=tax_year,
            layout=layout().version,
            with_numbers=uses_numbers(),
            count=len(fitting),
            amount=sum(amount for _case, _document, amount in fitting),
            made_at=now,
            made_by=by.id,
        )
        TaxFileRow.objects.bulk_create(
            TaxFileRow(file=file, case=case, document=document, amount=amount, changed_at=now)
            for case, document, amount in fitting
        )
        _write_down(file, "tax_file.made", by=by, reason=reason, now=now)
    return file


def _fitting(
    documents: list[SourceDocument], *, by: Actor, reason: str, now: datetime
) -> Iterator[tuple[Case, SourceDocument, int]]:
    """Yield what fits the layout, with its amount; keep the faults of what does not."""
    faulty = faults.cases_with_own()
    for case, document in _with_cases(documents):
        record = record_of(case, document, file_number=0, with_numbers=False)
        if record.problems:
            faults.keep_own(case, record.problems, by=by, reason=reason, now=now)
            continue
        if case.pk in faulty:
            faults.settle_own(case, remark="様式に合った", by=by, now=now)
        yield case, document, record.amount


def approve(file: TaxFile, *, by: Actor, reason: str, now: datetime) -> TaxFile:
    """Let another person's file go out (承認)."""
    with transaction.atomic():
        locked = locked_in(file, State.PROPOSED)
        allow(locked, by=by, now=now)
        _write_down(locked, "tax_file.approved", by=by, reason=reason, now=now)
    return locked


def drop(file: TaxFile, *, by: Actor, reason: str, now: datetime) -> TaxFile:
    """Give a file up (取りやめ); its returns are ready again.

    One that went out may be given up by those who approve, where no answer has come: it was lost.
    """
    with transaction.atomic():
        locked = locked_in(file, State.PROPOSED, State.APPROVED, State.TAKEN)
        if locked.state == State.TAKEN:
            _check_lost(locked, by)
        locked.state, locked.dropped_by, locked.dropped_at = State.DROPPED, by.id, now
        locked.save(update_fields=["state", "dropped_by", "dropped_at"])
        locked.rows.update(state=RowState.DROPPED, changed_at=now)
        _write_down(locked, "tax_file.dropped", by=by, reason=reason, now=now)
    return locked


def take(file: TaxFile, *, to: Recipient, by: Actor, reason: str, now: datetime) -> Sealed:
    """Return the file sealed for the tax system, once, to whoever made the file (受渡し)."""
    with transaction.atomic():
        locked = locked_in(file, State.APPROVED)
        if by.id != locked.made_by:
            raise Refusal(_("作成した本人だけが受け取ることができます。"))
        if locked.with_numbers and by.roles.isdisjoint({Role.NUMBER, Role.BATCH}):
            raise Refusal(_("個人番号を含むファイルです。個人番号の閲覧の権限が必要です。"))
        records = _records(locked)
        fits = not any(record.problems for record in records)
        if not fits or sum(record.amount for record in records) != locked.amount:
            raise Refusal(_("承認の後に内容が変わりました。取りやめて、もう一度作成してください。"))
        content = writing.write(locked, records, at=now)
        locked.state, locked.taken_at = State.TAKEN, now
        locked.sha256 = hashlib.sha256(content).hexdigest()
        locked.save(update_fields=["state", "taken_at", "sha256"])
        locked.rows.update(state=RowState.SENT, changed_at=now)
        sealed = seal_for(to, writing.name_of(locked), content, count=locked.count, at=now)
        sent = {"sha256": locked.sha256, "to": to.name, **sealed.logged}
        _write_down(locked, "tax_file.taken", by=by, reason=reason, now=now, **sent)
    return sealed


def _records(file: TaxFile) -> list[Record]:
    """Return the file's records; refuses where a return of it does not count any more."""
    rows = file.rows.select_related("document", "case__original", "case__addressee")
    found = list(rows.prefetch_related("case__papers").order_by("pk"))
    if any(not row.document.is_counting for row in found):
        raise Refusal(
            _("新しい版に置き換わった申告があります。取りやめて、もう一度作成してください。")
        )
    earlier = _sent_before([row.document for row in found])
    return [
        record_of(
            row.case,
            row.document,
            file_number=file.number,
            with_numbers=file.with_numbers,
            replaces=earlier.get(row.document_id, ""),
        )
        for row in found
    ]


def _sent_before(documents: list[SourceDocument]) -> dict[UUID, str]:
    """Return for each document the 資料番号 of the earlier version that went out, if one did."""
    sent = TaxFileRow.objects.filter(document__replaced_by__in=documents, file__state=State.TAKEN)
    pairs = sent.order_by("pk").values_list("document__replaced_by", "document__source")
    return {later: source for later, source in pairs if later is not None}


def _with_cases(
    documents: Iterable[SourceDocument],
) -> Iterable[tuple[Case, SourceDocument]]:
    """Yield each document with the case that it came from (受付番号 and version)."""
    by_source = {document.source: document for document in documents}
    receipts = {source.partition(":")[0] for source in by_source}
    cases = Case.objects.filter(receipt_number__in=receipts).select_related("original", "addressee")
    for case in cases.prefetch_related("papers").order_by("receipt_number", "version"):
        document = by_source.get(f"{case.receipt_number}:{case.version}")
        if document is not None:
            yield case, document


def _check_lost(file: TaxFile, by: Actor) -> None:
    """Refuse to give up a file that went out, unless nothing was answered and a second one says."""
    if by.roles.isdisjoint({Role.CONFIRMER, Role.SUPERVISOR}) or by.id == file.made_by:
        raise Refusal(_("渡したファイルの取りやめは、作成した人とは別の確認者が行います。"))
    if file.rows.exclude(state=RowState.SENT).exists():
        raise Refusal(_("税務システムの結果が届いているため、取りやめることはできません。"))


def _write_down(
    file: TaxFile, action: str, *, by: Actor, reason: str, now: datetime, **detail: Any
) -> None:
    about = {
        "tax_year": file.tax_year,
        "count": file.count,
        "amount": file.amount,
        "with_numbers": file.with_numbers,
        **detail,
    }
    record_by(by, action, reason=reason, now=now, subject=file.subject, detail=about)
