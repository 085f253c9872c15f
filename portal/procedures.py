"""Search of procedures (サービス検索): everyday words lead to what a resident means."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from config.context import load_municipality_file

MAX_QUESTION = 60
_FILE = Path(__file__).parent / "procedures.toml"
_KATAKANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}


@dataclass(frozen=True)
class Procedure:
    """One procedure (手続): a page here, an address elsewhere, or whom to call."""

    title: str
    text: str
    words: tuple[str, ...]
    page: str = ""
    address: str = ""
    contact: str = ""

    @property
    def url(self) -> str:
        return reverse(self.page) if self.page else self.address

    @property
    def office(self) -> dict[str, str]:
        """Return whom to call, {} where a page says it all."""
        contacts = load_municipality_file(settings.MUNICIPALITY_FILE)["contacts"]
        return next((one for one in contacts if one["subject"] == self.contact), {})


def _load() -> tuple[Procedure, ...]:
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["procedure"]
    return tuple(Procedure(**{**row, "words": tuple(row["words"])}) for row in rows)


ENTRIES = _load()


def find(question: str) -> list[Procedure]:
    """Return the procedures that fit a question, the best first; none for an empty question."""
    asked = [_folded(part) for part in re.split(r"[\s、。,.・]+", question[:MAX_QUESTION])]
    asked = [part for part in asked if part]
    scored = [(_score(procedure, asked), procedure) for procedure in ENTRIES]
    best = sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])
    return [procedure for _score_, procedure in best]


def _score(procedure: Procedure, asked: list[str]) -> int:
    """Count what fits: a whole word tells more than a part, a title more than a text."""
    words = [_folded(word) for word in procedure.words]
    title, text = _folded(procedure.title), _folded(procedure.text)
    score = 0
    for part in asked:
        score += 4 * (part in words) + 2 * (part in title) + (part in text)
        # A longer word within a sentence says more: 払えない says more than 税金.
        score += sum(len(w) for w in words if len(w) > 1 and w in part and w != part)
    return score


def _folded(text: str) -> str:
    """Fold widths, case and kana, so that カード, ｶｰﾄﾞ and かーど are one."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_KATAKANA)
