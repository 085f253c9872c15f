"""Search of procedures (サービス検索): everyday words lead to what a resident means."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from config.context import load_municipality_file

MAX_QUESTION = 60
_FILE = Path(__file__).parent / "procedures.toml"
_KATAKANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_BETWEEN = re.compile(r"[\s、。,.・!?「」()]+")
# How a word ends says little of what is meant: 払えない, 払えません and 払えなくて are one.
_ENDING = re.compile(
    "(?:ませんでした|ません|ました|ましょう|ます|なかった|なくて|なければ|ない|でした|です|"
    "しました|してしまった|しちゃった|したい|した|する|して|しよう|たい|たら|ている|てる|た|て|だ)$"
)
# Below this share of letter pairs in common two words are not the same one mistyped.
_ALIKE = 0.5


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

    @cached_property
    def folded_words(self) -> tuple[str, ...]:
        return tuple(_folded(word) for word in self.words)

    @cached_property
    def folded_text(self) -> tuple[str, str]:
        return _folded(self.title), _folded(self.text)


def _load() -> tuple[Procedure, ...]:
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["procedure"]
    return tuple(Procedure(**{**row, "words": tuple(row["words"])}) for row in rows)


ENTRIES = _load()


def find(question: str) -> list[Procedure]:
    """Return the procedures that fit a question, the best first; none for an empty question.

    Where no word fits as it is, words that are nearly the same (a slip of the finger, of the
    conversion to kanji) are taken.
    """
    whole = _folded(question[:MAX_QUESTION])
    asked = [part for part in _BETWEEN.split(whole) if part]
    scored = [(_score(one, whole, asked), one) for one in ENTRIES]
    if not any(score for score, _one in scored):
        scored = [(_likeness(one, asked), one) for one in ENTRIES]
    best = sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])
    return [procedure for _score_, procedure in best]


def _score(procedure: Procedure, whole: str, asked: list[str]) -> float:
    """Count what fits: the longer the common piece, the more it says."""
    title, text = procedure.folded_text
    # A word of several words, "someone else", is looked for in the question as a whole.
    score: float = sum(len(word) for word in procedure.folded_words if " " in word in whole)
    for part in asked:
        score += sum(_fit(part, word) for word in procedure.folded_words)
        if not part.isascii() and len(part) > 1:
            score += 2 * (part in title) + (part in text)
    return score


def _fit(part: str, word: str) -> float:
    """Return how much a part of the question and a word have in common, 0 for nothing."""
    if part == word:
        return 4 + len(word)
    if part.isascii() or word.isascii():
        # Of a Latin word the beginning counts: tax and taxes, not income and in.
        shorter, longer = sorted((part, word), key=len)
        return len(shorter) if len(shorter) > 2 and longer.startswith(shorter) else 0
    part, word = _stem(part), _stem(word)
    if part == word:
        return 3 + len(word)
    if len(word) > 1 and word in part:
        return len(word)
    # Half a word, バイト of アルバイト, says less than a whole one.
    return len(part) / 2 if len(part) > 1 and part in word else 0


def _stem(word: str) -> str:
    """Return a word without its ending, as long as two letters are left."""
    cut = _ENDING.sub("", word)
    return cut if len(cut) > 1 else word


def _likeness(procedure: Procedure, asked: list[str]) -> float:
    return max((_alike(p, word) for p in asked for word in procedure.folded_words), default=0)


def _alike(part: str, word: str) -> float:
    """Return the share of letter pairs that two words have in common, 0 below _ALIKE."""
    if len(part) < 3 or len(word) < 3:
        return 0
    mine, theirs = ([text[i : i + 2] for i in range(len(text) - 1)] for text in (part, word))
    common = sum(min(mine.count(pair), theirs.count(pair)) for pair in {*mine})
    share = 2 * common / (len(mine) + len(theirs))
    return share if share >= _ALIKE else 0


def _folded(text: str) -> str:
    """Fold widths, case and kana, so that カード, ｶｰﾄﾞ and かーど are one."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_KATAKANA)
