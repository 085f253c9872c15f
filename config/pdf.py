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


def render(page: Path, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """Return the page as PDF. Text comes in as data alone and is never read as markup."""
    made = _compilers.of(page).compile(
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=int(at.timestamp()),
    )
    assert isinstance(made, bytes)
    return made
