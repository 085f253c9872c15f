"""PDFs: looked through, never changed. One that could do anything but be read is refused."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pypdf
import pypdfium2
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NullObject

from papers.errors import PaperRefused
from papers.limits import MAX_OBJECTS, MAX_PAGES, THUMBNAIL_SIDE
from papers.pictures import jpeg_of
from papers.sniffing import Kind
from papers.taken import Taken

# Names by which a PDF runs scripts or programs, carries other files, or shows what is no page.
_ACTIVE_KEYS = {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent"}
_ACTIVE_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/Rendition"}
_ACTIVE_SUBTYPES = {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}


def take_in_pdf(content: bytes) -> Taken:
    """Return the PDF as it is, with its number of pages and a picture of the first."""
    # A file of two kinds at once is a parcel, whatever its first bytes say.
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise PaperRefused("two_files_in_one")
    _look_through(content)
    pages = _pages(content)
    thumbnail = picture_of_page(content, page=1, long_side=THUMBNAIL_SIDE, turn=0)
    return Taken(Kind.PDF, content, pages, thumbnail)


def picture_of_page(content: bytes, *, page: int, long_side: int, turn: int) -> bytes:
    """Return a JPEG of one page (from 1), its longer side as asked, turned clockwise."""
    with pypdfium2.PdfDocument(content) as document:
        if not 1 <= page <= len(document):
            raise PaperRefused("no_such_page")
        shown = document[page - 1]
        scale = long_side / max(1.0, *shown.get_size())
        return jpeg_of(shown.render(scale=scale, rotation=turn).to_pil().convert("RGB"))


def _pages(content: bytes) -> int:
    with pypdfium2.PdfDocument(content) as document:
        if not 1 <= len(document) <= MAX_PAGES:
            raise PaperRefused("too_many_pages" if len(document) else "unreadable")
        return len(document)


def _look_through(content: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise PaperRefused("encrypted")
    for count, found in enumerate(_objects(reader)):
        if count > MAX_OBJECTS:
            raise PaperRefused("too_heavy")
        if _is_active(found):
            raise PaperRefused("active")


def _objects(reader: pypdf.PdfReader) -> Iterator[DictionaryObject]:
    """Yield every dictionary of the file, also those that no page leads to."""
    numbers = {(number, generation) for generation, of in reader.xref.items() for number in of}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    waiting: list[Any] = [reader.trailer]
    for number, generation in sorted(numbers):
        waiting.append(reader.get_object(IndirectObject(number, generation, reader)))
        while waiting:
            value = waiting.pop()
            if isinstance(value, DictionaryObject):
                yield value
                waiting.extend(value.values())
            elif isinstance(value, ArrayObject):
                waiting.extend(value)


def _is_active(found: DictionaryObject) -> bool:
    if any(not isinstance(found.raw_get(key), NullObject) for key in _ACTIVE_KEYS & set(found)):
        return True
    said = {name: found.get(name) for name in ("/S", "/Subtype", "/Type")}
    return (
        said["/S"] in _ACTIVE_ACTIONS
        or said["/Subtype"] in _ACTIVE_SUBTYPES
        or said["/Type"] == "/EmbeddedFile"
    )
