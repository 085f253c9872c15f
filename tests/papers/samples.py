"""Files as residents send them, good and bad, made anew for each test."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pypdf
from PIL import Image
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject

HEIC = (Path(__file__).parent / "files" / "photograph.heic").read_bytes()
RED = (220, 20, 20)


def drawing(width: int = 120, height: int = 80) -> Image.Image:
    """A white sheet whose left third is red, so that one can see how it lies."""
    sheet = Image.new("RGB", (width, height), "white")
    sheet.paste(RED, (0, 0, width // 3, height))
    return sheet


def photograph(*, orientation: int = 1, size: tuple[int, int] = (120, 80)) -> bytes:
    """A JPEG as a phone writes it: place, device, and which way up it was held."""
    exif = Image.Exif()
    exif[0x0110] = "Camera of nobody"
    exif[0x0112] = orientation
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (32.0, 48.0, 10.0)
    target = io.BytesIO()
    drawing(*size).save(target, "JPEG", exif=exif)
    return target.getvalue()


def png() -> bytes:
    """A PNG with a transparent ground."""
    sheet = Image.new("RGBA", (120, 80), (0, 0, 0, 0))
    sheet.paste((*RED, 255), (0, 0, 40, 80))
    target = io.BytesIO()
    sheet.save(target, "PNG")
    return target.getvalue()


def bomb(side: int = 30_000) -> bytes:
    """A PNG of a few bytes that says it is side × side pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pdf(pages: int = 2, *, password: str = "", carries: bytes = b"") -> bytes:
    """A PDF of A4 pages, red on the left; locked, or with another file in it, where asked."""
    writer = pypdf.PdfWriter()
    for _page in range(pages):
        sheet = writer.add_blank_page(width=595, height=842)
        drawn = StreamObject()
        drawn.set_data(b"0.86 0.08 0.08 rg 0 0 198 842 re f")
        sheet[NameObject("/Contents")] = writer._add_object(drawn)
    if carries:
        writer.add_attachment("other.bin", carries)
    if password:
        writer.encrypt(password)
    return _written(writer)


def pdf_with_action(kind: str) -> bytes:
    """A PDF that does something as soon as it is opened."""
    writer = pypdf.PdfWriter()
    writer.add_blank_page(width=595, height=842)
    action = {NameObject("/S"): NameObject(kind), NameObject("/F"): TextStringObject("x")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    return _written(writer)


def pdf_and_zip() -> bytes:
    """A PDF that is a ZIP as well."""
    target = io.BytesIO(pdf())
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("inside.exe", b"MZ")
    return target.getvalue()


def _written(writer: pypdf.PdfWriter) -> bytes:
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()
