"""Which municipality an address names (住所から読む市区町村): a guess that two people look at.

A name may hold the very characters that end one (四日市市, 大和郡山市, 東村山市): no list of the
municipalities is at hand, so that the page says where the name was read from.
"""

import re

_PREFECTURE = re.compile(r"東京都|北海道|(?:京都|大阪)府|.{2,3}県")
_DISTRICT = re.compile(r"[^市区]{1,5}郡[^市区]{1,6}?[町村](?![町村])")
_CITY = re.compile(r"[^区]{1,6}?市(?!市)")
_OTHER = re.compile(r".{1,5}?[区町村]")


def municipality_in(address: str) -> str:
    """Return prefecture and municipality of an address, empty where none can be read."""
    text = "".join(address.split())
    prefecture = _PREFECTURE.match(text)
    if prefecture is None:
        return ""
    rest = text[prefecture.end() :]
    for pattern in (_DISTRICT, _CITY, _OTHER):
        if found := pattern.match(rest):
            return prefecture.group() + found.group()
    return ""
