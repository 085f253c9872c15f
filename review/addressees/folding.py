"""Search keys (検索用の字体統一): names and addresses folded for comparing, never for storing."""

import re
import unicodedata

_DASHES = re.compile("[‐‑‒–—―−ー-]")
_ADDRESS_WORDS = str.maketrans({"番": "-", "号": "", "丁": "", "目": "-"})


def search_key(text: str) -> str:
    """Return a name without spaces, in NFKC and without variation selectors."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(
        char for char in folded if not char.isspace() and not 0xE0100 <= ord(char) <= 0xE01EF
    ).casefold()


def address_key(text: str) -> str:
    """Return an address in which 1番1号, 1-1 and full width read alike."""
    folded = _DASHES.sub("-", search_key(text)).translate(_ADDRESS_WORDS)
    folded = folded.removeprefix("熊本県")
    return re.sub(r"-+", "-", folded.replace("番地", "-")).strip("-")
