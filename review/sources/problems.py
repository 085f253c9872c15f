"""Problems of rows (エラー): code, item and a sentence, never the value, which may be a 個人番号.

The codes are those of 住登外者宛名番号管理 (E0001 必須, E0002 文字種, E0003 桁数, E0004 相関).
"""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

REQUIRED, CHARACTERS, LENGTH, RELATION = "E0001", "E0002", "E0003", "E0004"
CODES = {
    REQUIRED: gettext_noop("必須"),
    CHARACTERS: gettext_noop("文字種"),
    LENGTH: gettext_noop("桁数"),
    RELATION: gettext_noop("相関"),
}


@dataclass(frozen=True)
class Problem:
    """What is wrong with one item (項目) of a row; `column` is 0 for the whole row."""

    code: str
    item: str
    message: str
    column: int = 0


class Unreadable(Exception):
    """A whole file that cannot be read; its text says why, and quotes nothing."""


def too_long(item: str, column: int = 0) -> Problem:
    return Problem(LENGTH, item, "長すぎます。桁数を確かめてください。", column)


def unreadable(item: str, column: int = 0) -> Problem:
    message = "読み取れない文字があります。文字コードと引用符を確かめてください。"
    return Problem(CHARACTERS, item, message, column)
