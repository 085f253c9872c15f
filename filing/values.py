"""Values of items (項目の値): what may stand in a box, and how it is written as text.

One table serves the checks on answers, the XML writer, the XML reader and the schema.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from .form import Item
from .numbers import municipality_code_is_valid, personal_number_is_valid

MAX_MONEY = 9_999_999_999
MONEY_PATTERN = r"0|[1-9][0-9]{0,9}"
COUNT_PATTERN = r"[1-9][0-9]{0,3}"
UUID_PATTERN = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
TOKEN_PATTERN = r"[A-Za-z0-9._~+/=:\-]{1,200}"  # noqa: S105 — a grammar, no secret
DATE_PATTERN = r"(18|19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}"
PHONE_PATTERN = r"\+?[0-9][0-9\-]{5,19}"
NUMBER_PATTERN = r"([0-9]{12})?"
MUNICIPALITY_PATTERN = r"[0-9]{6}"

# What no name, address or note holds: it breaks XML, hides text from the reader or turns it about.
# Everything else is accepted as it is: variant selectors, planes beyond the first, any script.
# The same class, as far as XML can carry it, is in schemas/generate.py.
_FORBIDDEN = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\uffff]"
)
# Katakana and hiragana of any width, old kana, the long sound, and what stands between names.
_KANA = re.compile(
    r"[\u3041-\u309f\u30a0-\u30ff\u31f0-\u31ff\uff65-\uff9f\U0001b000-\U0001b16f"
    r"\uff1d=\u3000\u00a0 ]*"
)


@dataclass(frozen=True)
class ValueType:
    """One type (型): `problem` gives the sentence to show, or none; text conversions follow."""

    problem: Callable[[Item, Any], str | None]
    write: Callable[[Any], str] = str
    read: Callable[[str], Any] = str


def has_forbidden(text: str) -> bool:
    """Tell whether a text holds a character that is refused (制御文字など)."""
    return bool(_FORBIDDEN.search(text)) or any(
        ord(character) & 0xFFFE == 0xFFFE for character in text
    )


def has_private_use(text: str) -> bool:
    """Tell whether a text holds 外字 of a private area, whose picture depends on the machine."""
    return any(unicodedata.category(character) == "Co" for character in text)


def is_kana(text: str) -> bool:
    """Tell whether a reading (フリガナ) is in kana of any width and kind, or empty."""
    return bool(_KANA.fullmatch(text))


def value_problem(item: Item, value: Any) -> str | None:
    """Return the sentence that says what is wrong with a value (値の不備), or None."""
    if value == "" and isinstance(value, str) and (item.empty or item.type == "personal_number"):
        return None
    return TYPES[item.type].problem(item, value)


def write_value(item: Item, value: Any) -> str:
    """Return the value as XML text (文字列化); the value has been checked."""
    return TYPES[item.type].write(value)


def read_value(item: Item, text: str) -> Any:
    """Return the value that a text of the document stands for (値の読取り)."""
    return TYPES[item.type].read(text)


def _text(item: Item, value: Any, *, allow: str = "") -> str | None:
    if not isinstance(value, str):
        return f"{item.label}は文字で入力してください。"
    if not value.strip():
        return f"{item.label}を入力してください。"
    if len(value) > item.max_length:
        return f"{item.label}は{item.max_length}文字以内で入力してください。"
    if has_forbidden("".join(character for character in value if character not in allow)):
        return (
            f"{item.label}に使えない文字(目に見えない制御文字など)があります。"
            "その文字を消して入力し直してください。"
        )
    return None


def _note(item: Item, value: Any) -> str | None:
    return None if value == "" else _text(item, value, allow="\n")


def _money(item: Item, value: Any) -> str | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return f"{item.label}は数字で入力してください(例 3,200,000)。"
    if value < 0:
        return f"{item.label}は0以上の金額を入力してください。"
    if value > MAX_MONEY:
        return f"{item.label}が大きすぎます。けた数を確かめてください。"
    return None


def _count(item: Item, value: Any) -> str | None:
    good = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 9999
    return None if good else f"{item.label}は1から9999までの数字にしてください。"


def _date(item: Item, value: Any) -> str | None:
    if isinstance(value, str) and re.fullmatch(DATE_PATTERN, value):
        try:
            date.fromisoformat(value)
        except ValueError:
            return f"{item.label}の日付は存在しません。年月日を確かめてください。"
        return None
    return f"{item.label}を年・月・日で入力してください(例 昭和60年4月1日)。"


def _code(item: Item, value: Any) -> str | None:
    if isinstance(value, str) and value in item.choices:
        return None
    return f"{item.label}を選んでください({'・'.join(item.choices.values())})。"


def _flag(item: Item, value: Any) -> str | None:
    return (
        None if isinstance(value, bool) else f"{item.label}に当てはまるかどうかを選んでください。"
    )


def _personal_number(item: Item, value: Any) -> str | None:
    if isinstance(value, str) and personal_number_is_valid(value):
        return None
    return f"{item.label}が正しくありません。カードの12けたの数字を確かめてください。"


def _municipality(item: Item, value: Any) -> str | None:
    if isinstance(value, str) and municipality_code_is_valid(value):
        return None
    return f"{item.label}が正しくありません。6けたの団体コードを確かめてください。"


def _matching(pattern: str, remedy: str) -> Callable[[Item, Any], str | None]:
    def problem(item: Item, value: Any) -> str | None:
        good = isinstance(value, str) and re.fullmatch(pattern, value)
        return None if good else f"{item.label}{remedy}"

    return problem


TYPES: dict[str, ValueType] = {
    "text": ValueType(_text),
    "note": ValueType(_note),
    "kana": ValueType(_text),
    "money": ValueType(_money, str, int),
    "count": ValueType(_count, str, int),
    "date": ValueType(_date),
    "code": ValueType(_code),
    "flag": ValueType(
        _flag, lambda value: "true" if value else "false", lambda text: text == "true"
    ),
    "personal_number": ValueType(_personal_number),
    "municipality": ValueType(_municipality),
    "uuid": ValueType(
        _matching(UUID_PATTERN, "の形式が正しくありません。画面を開き直してください。")
    ),
    "token": ValueType(
        _matching(TOKEN_PATTERN, "の形式が正しくありません。画面を開き直してください。")
    ),
    "phone": ValueType(
        _matching(PHONE_PATTERN, "は数字とハイフンで入力してください(例 096-328-2181)。")
    ),
}
