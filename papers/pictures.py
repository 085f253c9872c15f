"""Pictures (写真): decoded, turned upright, made smaller, and written anew.

Writing the pixels anew leaves behind whatever else the file held: place, time, device, thumbnails,
and anything appended.
"""

import io

import pi_heif
from PIL import Image, ImageOps

from papers.errors import PaperRefused
from papers.limits import JPEG_QUALITY, LONG_SIDE, MAX_PIXELS, MAX_SIDE, THUMBNAIL_SIDE
from papers.sniffing import Kind
from papers.taken import Taken

_FORMATS = {Kind.JPEG: "JPEG", Kind.PNG: "PNG", Kind.HEIF: "HEIF"}
_TURNS = {
    0: None,
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}

pi_heif.register_heif_opener(thumbnails=False)
# The size is looked at below, before a pixel is decoded.
Image.MAX_IMAGE_PIXELS = None


def take_in_picture(content: bytes, kind: Kind) -> Taken:
    """Return the picture as an upright JPEG without anything but its pixels."""
    picture = _decoded(content, kind, LONG_SIDE)
    small = picture.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return Taken(Kind.JPEG, jpeg_of(picture), 1, jpeg_of(small))


def picture_of(content: bytes, *, long_side: int, turn: int) -> bytes:
    """Return a kept picture at this size, turned clockwise by `turn` degrees."""
    return jpeg_of(turned(_decoded(content, Kind.JPEG, long_side), turn))


def turned(picture: Image.Image, turn: int) -> Image.Image:
    method = _TURNS[turn]
    return picture if method is None else picture.transpose(method)


def jpeg_of(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    # Empty metadata by name: what the decoder had read must not come along.
    picture.save(target, "JPEG", quality=JPEG_QUALITY, optimize=True, exif=b"", icc_profile=None)
    return target.getvalue()


def _decoded(content: bytes, kind: Kind, long_side: int) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=[_FORMATS[kind]]) as opened:
        width, height = opened.size
        if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
            raise PaperRefused("too_many_pixels")
        # A JPEG can be decoded small at once, which spares memory and time.
        opened.draft("RGB", (long_side, long_side))
        upright = ImageOps.exif_transpose(opened)
    picture = _on_white(upright)
    picture.thumbnail((long_side, long_side))
    return picture


def _on_white(picture: Image.Image) -> Image.Image:
    """Return RGB; what was transparent becomes paper."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    return picture.convert("RGB")
