"""What a file is, told by its first bytes and never by its name or by what a browser says."""

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of files that are taken in; pictures are kept as JPEG."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    HEIF = "heif"


# Brands of ISO 14496-12 under which cameras write HEVC pictures.
_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


def kind_of(content: bytes) -> Kind | None:
    """Return what the bytes are, None for anything that is not taken in."""
    if content.startswith(b"%PDF-"):
        return Kind.PDF
    if content.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if content[4:8] == b"ftyp" and content[8:12] in _BRANDS:
        return Kind.HEIF
    return None
