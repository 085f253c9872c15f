"""Print files (印刷データ): notices in batches for the contractor, with count and hash (NOT-13).

A file is written before its rows are committed, under a name that its content decides: a run that
was killed writes the same file again, and no notice stands in two.
"""

import csv
import hashlib
import io
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from review.audit.releases import record_releases
from review.audit.services import record_by
from review.levy.models import Collection, Decision
from review.notices import contents
from review.notices.issuing import pdf_of
from review.notices.models import IssuedDocument, PrintFile
from review.rights.services import stopped_people
from review.staff.actors import Actor
from review.transfers.targets import Route

#: Notices in one file: setting up Typst and its font is paid once for all of them.
BATCH = 200
Kind = IssuedDocument.Kind


def print_ordinary(
    tax_year: str, folder: Path, *, by: Actor, now: datetime, batch: int = BATCH
) -> list[PrintFile]:
    """Write the 納税通知書 that nobody has issued yet; return the files, each with its index."""
    made = []
    while file := _print_next(tax_year, folder, batch, by=by, now=now):
        made.append(file)
    return made


def unprinted(tax_year: str) -> QuerySet[Decision]:
    """Return the first decisions that have ordinary or pension terms and no notice yet."""
    ways = (Collection.Method.ORDINARY, Collection.Method.PENSION)
    by_hand = Collection.objects.filter(assessment=OuterRef("assessment"), method__in=ways)
    issued = IssuedDocument.objects.filter(decision=OuterRef("pk"), kind=Kind.ORDINARY)
    found = Decision.objects.filter(tax_year=tax_year, number=1, state=Decision.State.DECIDED)
    # While a stop of use (利用停止) is in force nothing about the person goes to a contractor.
    used = found.exclude(addressee__in=stopped_people())
    return used.filter(Exists(by_hand)).exclude(Exists(issued))


def _print_next(
    tax_year: str, folder: Path, batch: int, *, by: Actor, now: datetime
) -> PrintFile | None:
    with transaction.atomic():
        decisions = list(
            unprinted(tax_year)
            .select_for_update(of=("self",))
            .select_related("addressee", "assessment")
            .prefetch_related("assessment__collections")
            .order_by("addressee__number")[:batch]
        )
        if not decisions:
            return None
        documents = [_document(decision, by, now) for decision in decisions]
        IssuedDocument.objects.bulk_create(documents)
        pdf = pdf_of(*documents)
        digest = hashlib.sha256(pdf).hexdigest()
        name = f"notices-{tax_year}-{documents[0].number:08d}-{digest[:12]}.pdf"
        _write(folder / name, pdf)
        _write(folder / f"{name}.csv", _index(decisions, documents))
        file = PrintFile.objects.create(
            tax_year=tax_year,
            name=name,
            count=len(documents),
            sha256=digest,
            made_at=now,
            made_by=by.id,
        )
        numbers = [document.number for document in documents]
        IssuedDocument.objects.filter(pk__in=numbers).update(print_file=file)
        detail = {"count": file.count, "sha256": digest, "first": numbers[0], "last": numbers[-1]}
        subject = f"print-file:{name}"
        record_by(
            by,
            "notices.printed",
            reason="納税通知書の作成",
            now=now,
            subject=subject,
            detail=detail,
        )
        people = (decision.addressee for decision in decisions)
        record_releases(
            ((person.number, person.four_attributes) for person in people),
            to="本人(印刷受託者による発送)",
            route=Route.POST,
            by=by,
            reason="納税通知書の作成",
            subject=subject,
            now=now,
        )
    return file


def _document(decision: Decision, by: Actor, now: datetime) -> IssuedDocument:
    return IssuedDocument(
        kind=Kind.ORDINARY,
        tax_year=decision.tax_year,
        decision=decision,
        content=contents.ordinary_notice(decision),
        issued_at=now,
        issued_by=by.id,
    )


def _index(decisions: list[Decision], documents: list[IssuedDocument]) -> bytes:
    """Return what the contractor needs to match sheets and envelopes: no name, no amounts."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("発行番号", "宛名番号"))
    for decision, document in zip(decisions, documents, strict=True):
        writer.writerow((document.number, decision.addressee.number))
    return out.getvalue().encode("utf-8-sig")


def _write(path: Path, content: bytes) -> None:
    """Write a file under its name only once it is whole."""
    waiting = path.with_suffix(path.suffix + ".part")
    waiting.write_bytes(content)
    waiting.replace(path)
