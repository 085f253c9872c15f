"""Checking a row (行の検査) against its layout: every fault of the row, none of its values."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from operator import itemgetter
from typing import NamedTuple

from filing.numbers import personal_number_is_valid
from review.addressees.numbers import corporate_number_is_valid
from review.sources.layouts import Column, Layout
from review.sources.problems import CHARACTERS, LENGTH, RELATION, REQUIRED, Problem

MAX_TEXT = 300
_ANY = rf"[^,\x00-\x1f\x7f-\x9f\ufffd]{{0,{MAX_TEXT}}}+"
_TEXT = re.compile(r"[^\x00-\x1f\x7f-\x9f\ufffd]*")
_TWELVE_DIGITS = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_MANY_DIGITS = re.compile("[0-9]{12}")
_HALF = re.compile(r"[\x20-\x7e\uff61-\uff9f]*")
_DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")

Check = Callable[[str], tuple[str, str]]
GOOD = ("", "")


class Checked(NamedTuple):
    """A row's values by where they go, how many unneeded cells were dropped, and its faults."""

    values: Mapping[str, str]
    dropped: Sequence[int]
    problems: Sequence[Problem]


class Checker:
    """The compiled checks of one layout; made once for a file, asked once for a row."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._quick = {width: _Quick(layout, layout.columns[:width]) for width in layout.widths}
        # (number, where to, check) of each column, to name what is wrong with a row.
        self._plan = [
            (column.no, column.to, _check_of(column, layout)) for column in layout.columns
        ]
        self._required = [column for column in layout.columns if column.required]

    def check(self, cells: Sequence[str]) -> Checked:
        """Return the values of a row, or all its faults."""
        quick = self._quick.get(len(cells))
        if quick is None:
            return Checked({}, (), [self._wrong_width(len(cells))])
        return quick.check(cells) or self._cell_by_cell(cells)

    def _cell_by_cell(self, cells: Sequence[str]) -> Checked:
        values, dropped, problems = {}, [], []
        for place in [place for place, cell in enumerate(cells) if cell]:
            cell = cells[place]
            no, to, check = self._plan[place]
            code, message = check(cell)
            if code:
                problems.append(Problem(code, self.layout.columns[no - 1].name, message, no))
            elif to:
                values[to] = cell
            else:
                dropped.append(no)
        for column in self._required:
            if not cells[column.no - 1].strip():
                message = "必須の項目です。値を入れてください。"
                problems.append(Problem(REQUIRED, column.name, message, column.no))
        return Checked(values, dropped, problems)

    def _wrong_width(self, found: int) -> Problem:
        expected = "または".join(str(width) for width in self.layout.widths)
        message = (
            f"項目の数が{found}です。この様式は{expected}項目です。様式の年分を確かめてください。"
        )
        return Problem(LENGTH, "行", message)


class _Quick:
    """Rows of one width at a glance: one pattern for the line, then what no pattern tells.

    It never refuses: a row that does not fit goes cell by cell, which says what is wrong with it.
    """

    def __init__(self, layout: Layout, columns: Sequence[Column]) -> None:
        # A comma within a cell makes a line of other width, which fits no pattern of ours.
        self._line = re.compile(",".join(_pattern(column, layout.form) for column in columns))
        needed = [column for column in columns if column.to]
        self._names = [column.to for column in needed]
        self._needed = itemgetter(*(column.no - 1 for column in needed))
        self._unneeded = [(column.no - 1, column.no) for column in columns if not column.to]
        self._required = [column.no - 1 for column in columns if column.required]
        # One more, so that there are two or more and what is picked is always a tuple.
        self._texts = itemgetter(0, *(c.no - 1 for c in columns if c.type == "text"))
        self._numbers = [(c.no - 1, _NUMBERS[c.type]) for c in columns if c.type in _NUMBERS]

    def check(self, cells: Sequence[str]) -> Checked | None:
        """Return the values of a row without faults, None for one to be looked at by cells."""
        if not self._line.fullmatch(",".join(cells)):
            return None
        for place in self._required:
            if not cells[place].strip():
                return None
        # A 個人番号 within a text is for the slower look to find.
        if _MANY_DIGITS.search("\n".join(self._texts(cells))):
            return None
        for place, fits in self._numbers:
            if cells[place] and not fits(cells[place]):
                return None
        needed = self._needed(cells)
        values = dict(compress(zip(self._names, needed, strict=True), needed))
        return Checked(values, [no for place, no in self._unneeded if cells[place]], [])


def _pattern(column: Column, form: str) -> str:
    """Return the pattern of a cell, empty or full, as the checks below let it pass."""
    digits = f"[{column.codes}]?" if column.codes else f"[0-9]{{0,{column.size}}}+"
    return {
        "form": f"(?:{re.escape(form)})?",
        "digits": digits,
        "flag": "[0-9]?",
        "half": f"[\\x20-\\x2b\\x2d-\\x7e\\uff61-\\uff9f]{{0,{column.size}}}+",
        "text": _ANY,
        "personal_numbers": _ANY,
        "day": f"(?:{_DAY.pattern})?",
        "personal_number": "(?:[0-9]{12})?",
        "payer_number": "(?:[0-9]{12,13})?",
        "pension_number": "(?:[0-9]{10})?",
    }[column.type]


def _check_of(column: Column, layout: Layout) -> Check:
    kinds: dict[str, Check] = {
        "form": _form(layout.form),
        "digits": _digits(column),
        "flag": _flag,
        "half": _half(column),
        "text": _text,
        "personal_numbers": _plain,
        "day": _day,
        "personal_number": _personal_number,
        "payer_number": _payer_number,
        "pension_number": _pension_number,
    }
    return kinds[column.type]


def _form(form: str) -> Check:
    def check(cell: str) -> tuple[str, str]:
        return GOOD if cell == form else (RELATION, f"この種類の資料は{form}です。")

    return check


def _digits(column: Column) -> Check:
    allowed = frozenset(column.codes)
    size = column.size

    def check(cell: str) -> tuple[str, str]:
        if not (cell.isascii() and cell.isdigit()):
            return CHARACTERS, "半角数字で入れてください。"
        if len(cell) > size:
            return LENGTH, f"{size}桁以内で入れてください。"
        if allowed and cell not in allowed:
            return RELATION, f"{'、'.join(column.codes)}のどれかを入れてください。"
        return GOOD

    return check


def _half(column: Column) -> Check:
    def check(cell: str) -> tuple[str, str]:
        if not _HALF.fullmatch(cell):
            return CHARACTERS, "半角文字で入れてください。"
        if len(cell) > column.size:
            return LENGTH, f"{column.size}桁以内で入れてください。"
        return GOOD

    return check


def _flag(cell: str) -> tuple[str, str]:
    return GOOD if len(cell) == 1 and cell in "0123456789" else (CHARACTERS, "数字1桁です。")


def _text(cell: str) -> tuple[str, str]:
    """Text that is kept: a 個人番号 written into it would be kept with it, so it is refused."""
    if any(map(personal_number_is_valid, _TWELVE_DIGITS.findall(cell))):
        return RELATION, "個人番号と思われる数字があります。個人番号は専用の項目に入れます。"
    return _plain(cell)


def _plain(cell: str) -> tuple[str, str]:
    if len(cell) > MAX_TEXT:
        return LENGTH, f"{MAX_TEXT}文字以内で入れてください。"
    return GOOD if _TEXT.fullmatch(cell) else (CHARACTERS, "使えない文字があります。")


def _day(cell: str) -> tuple[str, str]:
    return GOOD if _DAY.fullmatch(cell) else (CHARACTERS, "日付は YYYY-MM-DD で入れてください。")


def _personal_number(cell: str) -> tuple[str, str]:
    if not cell.isascii() or not cell.isdigit():
        return CHARACTERS, "半角数字で入れてください。"
    if len(cell) != 12:
        return LENGTH, "個人番号は12桁です。"
    if not personal_number_is_valid(cell):
        return RELATION, "検査数字が合いません。番号を確かめてください。"
    return GOOD


def _pension_number(cell: str) -> tuple[str, str]:
    """基礎年金番号: ten digits. Its check digit is not published."""
    if not cell.isascii() or not cell.isdigit():
        return CHARACTERS, "半角数字で入れてください。"
    return GOOD if len(cell) == 10 else (LENGTH, "基礎年金番号は10桁です。")


@lru_cache(maxsize=4_096)
def _payer_number(cell: str) -> tuple[str, str]:
    """A payer is a business (13 digits) or a person (12): the same few thousand in a whole file."""
    if len(cell) != 13:
        return _personal_number(cell)
    if not cell.isascii() or not cell.isdigit():
        return CHARACTERS, "半角数字で入れてください。"
    return GOOD if corporate_number_is_valid(cell) else (RELATION, "検査数字が合いません。")


#: What no pattern tells of a cell: its check digit.
_NUMBERS: dict[str, Callable[[str], bool]] = {
    "personal_number": personal_number_is_valid,
    "payer_number": lambda cell: _payer_number(cell) == GOOD,
}
