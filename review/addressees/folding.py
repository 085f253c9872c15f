"""Search keys (検索用の字体統一): names and addresses folded for comparing, never for storing."""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

_DASHES = re.compile("[‐‑‒–—―−ー-]")
_ADDRESS_WORDS = str.maketrans({"番": "-", "号": "", "丁": "", "目": "-"})
# Small kana are large on many forms, and ヅ, ヂ are written ズ, ジ: alike for recognising.
_ALIKE = str.maketrans("ァィゥェォッャュョヮヅヂヲ", "アイウエオツヤユヨワズジオ")
# Hiragana as katakana and those as above; long marks go.
_KANA: dict[int, int | None] = {
    **{code: _ALIKE.get(code + 0x60, code + 0x60) for code in range(0x3041, 0x3097)},
    **_ALIKE,
    **dict.fromkeys(map(ord, "‐‑‒–—―−ー-")),
}

# サイトウ, サイトオ and サイトー are one name.
_LONG_O = re.compile("(?<=[オコソトノホモヨロゴゾドボポ])[ウオ]")


@cache
def _variants() -> dict[int, str | None]:
    """Return variant → usual form (異体字) from variants.toml, and what names do without.

    Without blanks and variation selectors; all blanks that NFKC leaves lie below U+3001.
    """
    text = Path(__file__).with_name("variants.toml").read_text(encoding="utf-8")
    forms: dict[str, str] = tomllib.loads(text)["forms"]
    usual: dict[int, str | None] = {ord(one): form for form, many in forms.items() for one in many}
    blanks = (code for code in range(0x3001) if chr(code).isspace())
    return usual | dict.fromkeys((*blanks, *range(0xE0100, 0xE01F0)))


def search_key(text: str) -> str:
    """Return a name without spaces, in NFKC, usual forms and without variation selectors."""
    folded = unicodedata.normalize("NFKC", text)
    if folded.isascii():
        return "".join(folded.split()).casefold()
    return folded.translate(_variants()).casefold()


def kana_key(text: str) -> str:
    """Return kana in full-width katakana without spaces, long marks and small letters."""
    return _LONG_O.sub("", search_key(text).translate(_KANA))


def address_key(text: str) -> str:
    """Return an address in which 1番1号, 1-1 and full width read alike."""
    folded = _DASHES.sub("-", search_key(text)).translate(_ADDRESS_WORDS)
    folded = folded.removeprefix("熊本県")
    return re.sub(r"-+", "-", folded.replace("番地", "-")).strip("-")
