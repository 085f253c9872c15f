"""PDF by Typst, with the data as JSON: tagged (PDF/UA-1), our own font, the same bytes again."""

import json
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

FONTS = Path(str(files("noto_cjk_sans_jp_regular")))


def render(page: Path, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """Return the page as PDF. Text comes in as data alone and is never read as markup."""
    return typst.compile(
        str(page),
        format="pdf",
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=int(at.timestamp()),
    )
