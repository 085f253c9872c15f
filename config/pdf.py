"""PDF by Typst, with the data as JSON: tagged (PDF/UA-1), our own font, the same bytes again."""

import json
import re
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
# What Typst says of a text for which no font has a picture: PDF/UA forbids such a page.
NO_GLYPH = re.compile(r'the text `"(.+)"` could not be displayed')


class UndrawableError(ValueError):
    """A text holds a character that no font here can draw (描けない文字); it is the argument."""


def render(page: Path, data: Mapping[str, Any], *, at: datetime, boxes: bool = False) -> bytes:
    """Return the page as PDF. Text comes in as data alone and is never read as markup.

    What somebody typed may have a character that no font here can draw (an emoji, Thai):
    UndrawableError. With `boxes` it is drawn as an empty box, and the page does not claim PDF/UA:
    one character must not cost a resident their copy. A notice that misnames somebody is none.
    """
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    try:
        return _compile(page, inputs, at, accessible=True)
    except typst.TypstError as error:
        undrawable = NO_GLYPH.search(str(error))
        if undrawable is None:
            raise
        if not boxes:
            raise UndrawableError(undrawable[1]) from error
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
