"""Notes beside pictures (付箋), and files for the image system (イメージ・資料キーファイル)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from review.assessment.models import SourceDocument, counting_documents
from review.audit.services import record_by
from review.errors import Refusal
from review.files import national_csv, write_whole
from review.images.models import DocumentNote
from review.images.rendering import ELECTRONIC, pdf_of
from review.staff.actors import Actor

# Documents in one file: setting up Typst and its font is paid once for all of them.
BATCH = 200
KEY_ITEMS = ("資料番号", "資料種別", "課税年度", "宛名番号", "ファイル", "ページ")


@dataclass(frozen=True)
class Written:
    """What was written: how many documents, into how many files, and the key file's SHA-256."""

    documents: int
    files: int
    key_file: str
    sha256: str


def write_files(tax_year: str, folder: Path, *, by: Actor, now: datetime) -> Written:
    """Write the pictures of a year's electronic documents and the key file that ties them.

    The same documents give the same files; a key row names each document once.
    """
    rows = SourceDocument.objects.filter(
        counting_documents(), tax_year=tax_year, kind__in=ELECTRONIC
    )
    usable = rows.exclude(addressee__rights_requests__state="in_force")
    found = usable.select_related("addressee").order_by("kind", "source")
    lines: list[list[str]] = []
    files = 0
    documents = found.iterator(BATCH)
    while part := list(islice(documents, BATCH)):
        files += 1
        name = f"shiryo-{tax_year}-{files:06d}.pdf"
        latest = max(document.received_at for document in part)
        write_whole(folder / name, pdf_of(part, at=latest))
        lines += [
            [one.source, one.kind, one.tax_year, one.addressee.number, name, str(page)]
            for page, one in enumerate(part, start=1)
        ]
    content = national_csv([KEY_ITEMS, *lines])
    digest = hashlib.sha256(content).hexdigest()
    key_file = f"shiryokey-{tax_year}.csv"
    with transaction.atomic():
        detail = {"documents": len(lines), "files": files, "sha256": digest}
        record_by(
            by,
            "images.written",
            reason="イメージ管理システムへの連携",
            now=now,
            subject=f"images:{tax_year}",
            detail=detail,
        )
        write_whole(folder / key_file, content)
    return Written(len(lines), files, key_file, digest)


def add_note(
    document: SourceDocument, *, text: str, by: Actor, reason: str, now: datetime
) -> DocumentNote:
    """Put a note beside a document's picture; the document stays as it is."""
    with transaction.atomic():
        note = DocumentNote.objects.create(document=document, text=text, made_at=now, made_by=by.id)
        _write_down("document.note_added", note, by=by, reason=reason, now=now)
    return note


def remove_note(note: DocumentNote, *, by: Actor, reason: str, now: datetime) -> DocumentNote:
    """Take a note off; who wrote it and who took it off is kept."""
    with transaction.atomic():
        locked = DocumentNote.objects.select_for_update(of=("self",)).get(pk=note.pk)
        if locked.removed_at is not None:
            raise Refusal(_("この付箋は、すでに外されています。"))
        locked.removed_at, locked.removed_by = now, by.id
        locked.save(update_fields=["removed_at", "removed_by"])
        _write_down("document.note_removed", locked, by=by, reason=reason, now=now)
    return locked


def _write_down(action: str, note: DocumentNote, *, by: Actor, reason: str, now: datetime) -> None:
    person = note.document.addressee
    record_by(
        by,
        action,
        reason=reason,
        now=now,
        subject=f"document:{note.document_id}",
        addressee_number=person.number,
        four_attributes=person.four_attributes,
        detail={"note": note.pk},
    )
