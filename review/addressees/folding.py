"""Search keys (検索用の字体統一): names and addresses folded for comparing, never for storing."""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

_DASHES = re.compile("[‐‑‒–—―−ー-]")
_ADDRESS_WORDS = str.maketrans({"番": "-", "号": "", "丁": "", "目": "-"})
# Small kana are large on many forms, and ヅ, ヂ are written ズ, ジ: alike for recognising.
_KANA = str.maketrans("ァィゥェォッャュョヮヅヂヲ", "アイウエオツヤユヨワズジオ")

# サイトウ, サイトオ and サイトー are one name.
_LONG_O = re.compile("(?<=[オコソトノホモヨロゴゾドボポ])[ウオ]")


@cache
def _variants() -> dict[int, str]:
    """Return variant → usual form (異体字), from variants.toml."""
    text = Path(__file__).with_name("variants.toml").read_text(encoding="utf-8")
    forms: dict[str, str] = tomllib.loads(text)["forms"]
    return {ord(variant): usual for usual, many in forms.items() for variant in many}


def search_key(text: str) -> str:
    """Return a name without spaces, in NFKC, usual forms and without variation selectors."""
    folded = unicodedata.normalize("NFKC", text)
    if folded.isascii():
        return "".join(folded.split()).casefold()
    bare = "".join(
        char for char in folded if not char.isspace() and not 0xE0100 <= ord(char) <= 0xE01EF
    )
    return bare.translate(_variants()).casefold()


def kana_key(text: str) -> str:
    """Return kana in full-width katakana without spaces, long marks and small letters."""
    folded = search_key(text)
    katakana = "".join(
        chr(ord(char) + 0x60) if "\u3041" <= char <= "\u3096" else char for char in folded
    )
    return _LONG_O.sub("", _DASHES.sub("", katakana).translate(_KANA))


def address_key(text: str) -> str:
    """Return an address in which 1番1号, 1-1 and full width read alike."""
    folded = _DASHES.sub("-", search_key(text)).translate(_ADDRESS_WORDS)
    folded = folded.removeprefix("熊本県")
    return re.sub(r"-+", "-", folded.replace("番地", "-")).strip("-")
