"""Numbers with check digits (検査数字): 個人番号, 団体コード and our own receipt numbers."""

import re
from collections.abc import Callable
from operator import mul

import jaconv

# Q of the rule, for the eleven digits from the left: 7 to 2 for the last six, counted upwards.
_PERSONAL_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_CODE_OF_ZERO = ord("0") * sum(_PERSONAL_WEIGHTS)
_DIGITS_12 = re.compile(r"[0-9]{12}")
# As people write it into a text: in one, or in fours with something between, in either width.
FOUR_DIGITS = "[0-9０-９]{4}"
BETWEEN_FOURS = "[-‐‑‒–—―−－ー 　]?"
_IN_TEXT = re.compile(
    f"(?<![0-9０-９]){FOUR_DIGITS}(?P<between>{BETWEEN_FOURS}){FOUR_DIGITS}(?P=between)"
    f"{FOUR_DIGITS}(?![0-9０-９])"
)
# Names of rows and digests of files hold as many digits, and are not to be touched.
_NAMES = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,128}")
_DIGITS_6 = re.compile(r"[0-9]{6}")
_RECEIPT = re.compile(r"([0-9]{4})-([0-9]{7})-([A-Z])")

# Thirteen letters that are told apart by eye and by ear; thirteen is prime and above ten, so one
# wrong digit and two neighbours swapped are always found.
RECEIPT_CHECK_LETTERS = "ACEFHJKMPRTXY"
_MAX_SERIAL = 9_999_999


def personal_number_is_valid(number: str) -> bool:
    """Tell whether twelve digits can be a personal number (個人番号).

    The check digit is that of 平成26年総務省令第85号5条. 000000000000 satisfies it and is refused.
    """
    if not _DIGITS_12.fullmatch(number) or number == "0" * 12:
        return False
    # Of the characters' codes, which are 48 more than the digits: a whole city's file is checked.
    remainder = (sum(map(mul, number.encode(), _PERSONAL_WEIGHTS)) - _CODE_OF_ZERO) % 11
    return int(number[11]) == (0 if remainder <= 1 else 11 - remainder)


def mask_personal_number(number: str) -> str:
    """Hide a personal number (個人番号) but for its last four digits; empty stays empty."""
    return "*" * 8 + number[-4:] if len(number) == 12 else "*" * len(number)


def digits_of(written: str) -> str:
    """Return the digits of a number as people write it, in half width, without what is between."""
    return "".join(str(int(one)) for one in written if one.isdecimal())


def cover_personal_numbers(text: str, cover: Callable[[str], str] = mask_personal_number) -> str:
    """Return a text in which `cover` has been put over each personal number (個人番号).

    Found are twelve digits whose check digit fits, in one or in fours with hyphens or blanks, but
    within no UUID and no digest of a file.
    """
    if not _IN_TEXT.search(text):
        return text
    names = [found.span() for found in _NAMES.finditer(text)]
    parts, done, at = [], 0, 0
    while found := _IN_TEXT.search(text, at):
        digits = digits_of(found[0])
        if end := next((end for start, end in names if start <= found.start() < end), 0):
            at = end
        elif personal_number_is_valid(digits):
            parts += [text[done : found.start()], cover(digits)]
            done = at = found.end()
        else:
            # A year before it may have been taken for its first four digits.
            at = found.start() + 1
    return "".join([*parts, text[done:]])


def municipality_code_is_valid(code: str) -> bool:
    """Tell whether six digits are a municipality code (団体コード) with its check digit."""
    if not _DIGITS_6.fullmatch(code):
        return False
    weighted = sum(
        int(digit) * weight for digit, weight in zip(code, range(6, 1, -1), strict=False)
    )
    return int(code[5]) == (11 - weighted % 11) % 10


def make_receipt_number(year: int, serial: int) -> str:
    """Return the receipt number (受付番号) of a serial: year, seven digits, check letter.

    Derived, never drawn: the serial comes from the database and is never reused, so numbers are
    unique for ever. Raises ValueError outside year 1000–9999 or serial 1–9,999,999.
    """
    if not (1000 <= year <= 9999 and 1 <= serial <= _MAX_SERIAL):
        raise ValueError("受付番号の年または連番が範囲を外れています。")
    return f"{year:04d}-{serial:07d}-{_check_letter(f'{year:04d}{serial:07d}')}"


def receipt_number_is_valid(text: str) -> bool:
    """Tell whether a text is a receipt number (受付番号) exactly as this system writes it."""
    match = _RECEIPT.fullmatch(text)
    if match is None:
        return False
    year, serial, letter = match.groups()
    return int(serial) > 0 and letter == _check_letter(year + serial)


def normalise_receipt_number(text: str) -> str:
    """Return a receipt number (受付番号) as typed or read out, in the form that we store.

    Full width, small letters, blanks and missing or odd hyphens are mended; whether the result is
    a receipt number is for `receipt_number_is_valid` to say.
    """
    narrow = jaconv.z2h(text, kana=False, digit=True, ascii=True).upper()
    bare = re.sub(r"[\s\-‐‑‒–—―−ー]", "", narrow)
    return f"{bare[:4]}-{bare[4:11]}-{bare[11:]}" if len(bare) == 12 else narrow.strip()


def _check_letter(digits: str) -> str:
    """Weights are the powers of 2 modulo 13: all different over twelve places, none zero."""
    total = sum(int(digit) * pow(2, place, 13) for place, digit in enumerate(reversed(digits), 1))
    return RECEIPT_CHECK_LETTERS[total % 13]
