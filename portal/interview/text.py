"""Small helpers for typed text. Names never pass through here: they stay as typed."""

import unicodedata


def to_half_width(text: str) -> str:
    """Return digits, signs and letters in ASCII width (numbers and telephone numbers only)."""
    return unicodedata.normalize("NFKC", text)
