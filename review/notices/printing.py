"""Carrying out orders (印刷データ・電子データの作成): files with count and hash, none of it twice.

A file's rows are committed together with its hash, and it is made again from them whenever it is
taken: a run that was killed goes on with what has no document yet, and no notice stands in two.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from review.audit.releases import record_releases
from review.audit.services import record_by
from review.errors import Refusal
from review.files import write_whole, zip_of
from review.notices import batches
from review.notices.eltax import eltax_file
from review.notices.issuing import pdf_of
from review.notices.models import Channel, IssuedDocument, Order, PrintFile
from review.recipients.models import Recipient
from review.recipients.sealing import Sealed, seal_for
from review.rights.services import stopped_people
from review.staff.actors import Actor
from review.transfers.targets import Route
from signing.handover import ENDING

#: Notices in one file: setting up Typst and its font is paid once for all of them.
BATCH = 200
State = Order.State


def carry_out(
    order: Order,
    *,
    by: Actor,
    now: datetime,
    batch: int = BATCH,
    go_on: Callable[[], bool] = lambda: True,
) -> list[PrintFile]:
    """Make the notices of a confirmed order, file by file; return the files made here.

    Two workers on one order of residents' notices take different people.
    """
    made = []
    while go_on():
        file = _make_next(order, batch, by=by, now=now)
        if file is None:
            break
        made.append(file)
    return made


def _make_next(order: Order, batch: int, *, by: Actor, now: datetime) -> PrintFile | None:
    with transaction.atomic():
        current = Order.objects.get(pk=order.pk)
        if current.state != State.CONFIRMED:
            return None
        documents = batches.next_documents(current, batch, by=by, now=now)
        if not documents:
            _finish(current, by=by, now=now)
            return None
        IssuedDocument.objects.bulk_create(documents)
        content = content_of(documents, current.channel)
        digest = hashlib.sha256(content).hexdigest()
        ending = "csv" if current.channel == Channel.ELTAX else "pdf"
        first = documents[0].number
        file = PrintFile.objects.create(
            order=current,
            tax_year=current.tax_year,
            name=f"{current.kind}-{current.tax_year}-{first:08d}-{digest[:12]}.{ending}",
            channel=current.channel,
            count=len(documents),
            sha256=digest,
            made_at=now,
            made_by=by.id,
        )
        numbers = [document.number for document in documents]
        IssuedDocument.objects.filter(pk__in=numbers).update(print_file=file)
        detail = {"count": file.count, "sha256": digest, "first": first, "last": numbers[-1]}
        _log(file, "notices.made", by=by, reason="通知書の作成", now=now, detail=detail)
    return file


def _finish(order: Order, *, by: Actor, now: datetime) -> None:
    """Close an order, unless another worker still has some of it in hand.

    Its key is left free: another worker that has written to the log checks its files' reference to
    the order as it commits, while this one waits for the log.
    """
    order = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    if order.state != State.CONFIRMED or batches.is_left(order):
        return
    order.state, order.done_at = State.DONE, now
    order.made = order.files.aggregate(sum=Sum("count"))["sum"] or 0
    order.save(update_fields=["state", "done_at", "made"])
    subject, detail = f"notice-order:{order.pk}", {"kind": order.kind, "count": order.made}
    record_by(by, "notices.done", reason="通知書の作成", now=now, subject=subject, detail=detail)


def content_of(documents: Iterable[IssuedDocument], channel: str) -> bytes:
    """Return the bytes of a file: the same documents give the same ones."""
    return eltax_file(documents) if channel == Channel.ELTAX else pdf_of(*documents)


def documents_of(file: PrintFile) -> QuerySet[IssuedDocument]:
    """Return a file's documents in their order."""
    about = file.documents.select_related("decision__addressee", "target__addressee")
    return about.order_by("number")


def as_made(file: PrintFile) -> bytes:
    """Return a file as it was made; Refusal where it would not be the same any more."""
    stopped = stopped_people()
    about = Q(decision__addressee__in=stopped) | Q(target__addressee__in=stopped)
    if file.documents.filter(about).exists():
        raise Refusal(
            _("利用停止のかかった人の通知書が入っています。解除を待つか、再発行してください。")
        )
    content = content_of(documents_of(file), file.channel)
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise Refusal(
            _(
                "作成したときと同じ内容になりません。個人番号か様式が変わっています。再発行してください。"
            )
        )
    return content


def take_file(file: PrintFile, *, to: Recipient, by: Actor, reason: str, now: datetime) -> Sealed:
    """Return a file sealed for its recipient (受取り), that on paper with its index."""
    with transaction.atomic():
        name, content = file.name, as_made(file)
        if file.channel == Channel.PAPER:
            index = index_of(documents_of(file))
            name, content = f"{name}.zip", zip_of({name: content, f"{name}.csv": index})
        sealed = seal_for(to, name, content, count=file.count, at=now)
        detail = {"count": file.count, "sha256": file.sha256, "to": to.name, **sealed.logged}
        _log(file, "notices.taken", by=by, reason=reason, now=now, detail=detail)
    return sealed


def hand_over(
    file: PrintFile, *, to: str, received: int, by: Actor, reason: str, now: datetime
) -> PrintFile:
    """Write down that a file was handed over, and how many notices the other side counted."""
    with transaction.atomic():
        locked = PrintFile.objects.select_for_update(no_key=True).get(pk=file.pk)
        if locked.handed_at is not None:
            raise Refusal(_("このファイルは、すでに引き渡しています。"))
        if received != locked.count:
            text = _("受領件数が、ファイルの件数(%(n)d件)と違います。引渡し先に確かめてください。")
            raise Refusal(text % {"n": locked.count})
        locked.handed_to, locked.handed_at, locked.handed_by = to, now, by.id
        locked.received = received
        locked.save()
        detail = {"to": to, "received": received, "sha256": locked.sha256}
        _log(locked, "notices.handed_over", by=by, reason=reason, now=now, detail=detail)
        people = (document.person for document in documents_of(locked))
        record_releases(
            ((person.number, person.four_attributes) for person in people if person),
            to=to,
            route=Route.ELTAX if locked.channel == Channel.ELTAX else Route.POST,
            by=by,
            reason=reason,
            subject=f"print-file:{locked.name}",
            now=now,
        )
    return locked


def write_files(
    files: Iterable[PrintFile], folder: Path, *, to: Recipient, by: Actor, now: datetime
) -> None:
    """Write files on paper into a folder, each sealed and with its slip, that lie there not yet.

    Each under a lock of its own: of two runs one writes it, so that slip and file belong together.
    """
    for file in files:
        with transaction.atomic():
            locked = PrintFile.objects.select_for_update(no_key=True).get(pk=file.pk)
            if any(folder.glob(f"{locked.name}*{ENDING}")):
                continue
            sealed = take_file(locked, to=to, by=by, reason="印刷データの書出し", now=now)
            for name, content in reversed(sealed.files.items()):
                write_whole(folder / name, content)


def index_of(documents: Iterable[IssuedDocument]) -> bytes:
    """Return what the contractor needs to match sheets and envelopes: no name, no amounts."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("発行番号", "種類", "宛名番号", "法人番号"))
    for document in documents:
        person = document.person.number if document.person else ""
        writer.writerow((document.number, document.kind, person, document.employer_number))
    return out.getvalue().encode("utf-8-sig")


def _log(
    file: PrintFile,
    action: str,
    *,
    by: Actor,
    reason: str,
    now: datetime,
    detail: Mapping[str, Any],
) -> None:
    subject = f"print-file:{file.name}"
    record_by(by, action, reason=reason, now=now, subject=subject, detail=detail)
