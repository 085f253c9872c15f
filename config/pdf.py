"""PDF by Typst, with the data as JSON: tagged (PDF/UA-1), our own font, the same bytes again."""

import json
import threading
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

FONTS = Path(str(files("noto_cjk_sans_jp_regular")))


class _Compilers(threading.local):
    """The compiler of the page that a thread wrote last: a batch reads fonts and page once.

    Only of the last: each holds the fonts in memory for itself.
    """

    _last: tuple[Path, typst.Compiler] | None = None

    def of(self, page: Path) -> typst.Compiler:
        if self._last is None or self._last[0] != page:
            made = typst.Compiler(str(page), font_paths=[str(FONTS)], ignore_system_fonts=True)
            self._last = page, made
        return self._last[1]


_compilers = _Compilers()
# What Typst says of a character for which no font has a picture: PDF/UA forbids such a page.
NO_GLYPH = "could not be displayed"


def render(page: Path, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """Return the page as PDF. Text comes in as data alone and is never read as markup.

    What somebody typed may have a character that no font here can draw (an emoji, Thai). It is
    drawn as an empty box, and the page does not claim PDF/UA: one character must not cost a
    resident their copy, nor the office a file of two hundred people.
    """
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    try:
        return _compile(page, inputs, at, accessible=True)
    except typst.TypstError as error:
        if NO_GLYPH not in str(error):
            raise
        return _compile(page, inputs, at, accessible=False)


def _compile(page: Path, inputs: dict[str, str], at: datetime, *, accessible: bool) -> bytes:
    made = _compilers.of(page).compile(
        format="pdf",
        sys_inputs=inputs,
        pdf_standards="ua-1" if accessible else None,
        timestamp=int(at.timestamp()),
    )
    assert isinstance(made, bytes)
    return made
