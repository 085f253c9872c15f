"""The boxes of the paper return (標準様式の欄), and where each is asked, computed or left out."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class PaperBox:
    """One box (欄): `item` of the document, `page` of the interview, `result`, or a `reason`."""

    sheet: str
    box: str
    item: str = ""
    page: str = ""
    result: str = ""
    reason: str = ""


@cache
def paper_boxes() -> tuple[PaperBox, ...]:
    """Return every box of the paper return, sheet by sheet."""
    text = Path(__file__).with_name("boxes.toml").read_text(encoding="utf-8")
    return tuple(
        PaperBox(sheet["name"], **box)
        for sheet in tomllib.loads(text)["sheet"]
        for box in sheet["boxes"]
    )
