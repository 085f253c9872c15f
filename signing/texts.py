"""One comparison of names and addresses (氏名・住所の照合), by letters as a person sees them."""

import unicodedata

# Half-width voiced marks (半角の濁点・半濁点): of no width of their own, though not combining.
_HALF_MARKS = "ﾞﾟ"


def same_text(certificate: str, flags: str, register: str) -> bool:
    """Compare a certificate's text with another; a flagged letter (代替文字) matches any one.

    A letter is a base character with its selectors and marks: the substitute for 葛 with a
    selector of its variant is one character. Widths and spaces are folded, for comparison only.
    """
    if "1" not in flags:
        return _folded(certificate) == _folded(register)
    ours, theirs = _flagged(certificate, flags), letters(_folded(register))
    return len(ours) == len(theirs) and all(
        one in ("", other) for one, other in zip(ours, theirs, strict=True)
    )


def letters(text: str) -> list[str]:
    """Return base characters, each with the selectors and marks that follow it."""
    found: list[str] = []
    for char in text:
        if found and (char in _HALF_MARKS or unicodedata.category(char).startswith("M")):
            found[-1] += char
        else:
            found.append(char)
    return found


def _flagged(text: str, flags: str) -> list[str]:
    """Return a certificate's letters, folded; "" for each that is a substitute."""
    found: list[str] = []
    at = 0
    for letter in letters(text):
        # 要確認: that a substitute stands for a letter with its selector, not for each code point.
        substituted = "1" in flags[at : at + len(letter)]
        found += [""] if substituted else letters(_folded(letter))
        at += len(letter)
    return found


def _folded(text: str) -> str:
    """Fold widths and spaces for comparison only; what is stored is never folded."""
    return "".join(unicodedata.normalize("NFKC", text).split())
