"""Japanese eras (元号): dates as residents write them, and as the card writes them.

Sources: 元号を改める政令 (each first day). 明治 is taken from 6年1月1日, when the solar calendar
began (明治5年太政官布告第337号). On the days of 1912 and 1926 when one era gave way to the next
both names stand in family registers, so both are read.
"""

import re
from dataclasses import dataclass
from datetime import date

import jaconv


@dataclass(frozen=True)
class Era:
    """One era (元号); `digit` is its number in the card's EYYYYMMDD form."""

    name: str
    letter: str
    digit: str
    first_year: int
    first_day: date
    last_day: date


ERAS = (
    Era("明治", "M", "1", 1868, date(1873, 1, 1), date(1912, 7, 30)),
    Era("大正", "T", "2", 1912, date(1912, 7, 30), date(1926, 12, 25)),
    Era("昭和", "S", "3", 1926, date(1926, 12, 25), date(1989, 1, 7)),
    Era("平成", "H", "4", 1989, date(1989, 1, 8), date(2019, 4, 30)),
    Era("令和", "R", "5", 2019, date(2019, 5, 1), date.max),
)

_ERA_TEXT = re.compile(
    r"(明治|大正|昭和|平成|令和|[MTSHR])\s*(元|[0-9]{1,2})\s*[年./-]\s*([0-9]{1,2})\s*[月./-]"
    r"\s*([0-9]{1,2})\s*日?"
)
_WESTERN_TEXT = re.compile(
    r"(?:西暦)?([0-9]{4})\s*[年./-]\s*([0-9]{1,2})\s*[月./-]\s*([0-9]{1,2})\s*日?"
)
_JPKI_TEXT = re.compile(r"([0-5])([0-9]{4})([0-9]{2})([0-9]{2})")


class EraError(ValueError):
    """A date that does not exist (存在しない日付), with a sentence that says why."""


def era_of(day: date) -> Era:
    """Return the era (元号) of a day; on a day with two names, the new one."""
    for era in reversed(ERAS):
        if era.first_day <= day:
            return era
    raise EraError("明治6年1月1日より前の日付は扱えません。日付を確かめてください。")


def to_era(day: date) -> str:
    """Write a day in its era (和暦): 令和8年11月23日, the first year as 元年."""
    era = era_of(day)
    return f"{era.name}{_year_text(day.year - era.first_year + 1)}年{day.month}月{day.day}日"


def to_western(day: date) -> str:
    """Write a day in the western calendar (西暦): 2026年11月23日."""
    return f"{day.year}年{day.month}月{day.day}日"


def from_era(name: str, year: int, month: int, day: int) -> date:
    """Return the day of an era date (和暦); raises EraError with the sentence why it is none."""
    era = next((era for era in ERAS if name in (era.name, era.letter)), None)
    if era is None:
        raise EraError("元号は明治・大正・昭和・平成・令和から選んでください。")
    if year < 1:
        raise EraError("年は1以上の数字か「元」で入力してください。")
    found = _day(era.first_year + year - 1, month, day, f"{era.name}{_year_text(year)}")
    if found < era.first_day:
        raise EraError(_too_early(era, found))
    if found > era.last_day:
        last = era.last_day
        last_year = last.year - era.first_year + 1
        raise EraError(
            f"{era.name}は{last_year}年{last.month}月{last.day}日までです。"
            f"この日は{to_era(found)}です。"
        )
    return found


def parse_era(text: str) -> date:
    """Read an era date (和暦): 昭和64年1月7日, 令和元年5月1日, S64.1.7; full width is accepted."""
    match = _ERA_TEXT.fullmatch(_narrow(text))
    if match is None:
        raise EraError("日付を「昭和60年4月1日」のように入力してください。")
    name, year, month, day = match.groups()
    return from_era(name, 1 if year == "元" else int(year), int(month), int(day))


def parse_date(text: str) -> date:
    """Read a day in either calendar (和暦・西暦); raises EraError with the sentence why not."""
    match = _WESTERN_TEXT.fullmatch(_narrow(text))
    if match is None:
        return parse_era(text)
    year, month, day = (int(part) for part in match.groups())
    return _day(year, month, day)


def echo(text: str) -> str:
    """Return the same day in the other calendar (和暦・西暦の対応), to show beside a field."""
    if _WESTERN_TEXT.fullmatch(_narrow(text)):
        return to_era(parse_date(text))
    return to_western(parse_era(text))


def to_jpki(day: date) -> str:
    """Write a day as the signing certificate does (EYYYYMMDD): era digit, then Gregorian date."""
    return f"{era_of(day).digit}{day:%Y%m%d}"


def parse_jpki(text: str) -> date:
    """Read EYYYYMMDD; era digit 0 means that the era is not known. Raises EraError."""
    match = _JPKI_TEXT.fullmatch(text)
    if match is None:
        raise EraError("証明書の生年月日の形式が正しくありません。")
    digit, year, month, day = match.groups()
    found = _day(int(year), int(month), int(day))
    if digit != "0" and not any(
        era.digit == digit and era.first_day <= found <= era.last_day for era in ERAS
    ):
        raise EraError("証明書の生年月日の元号と日付が合いません。")
    return found


def _narrow(text: str) -> str:
    return jaconv.z2h(text.strip(), kana=False, digit=True, ascii=True).upper()


def _day(year: int, month: int, day: int, typed: str = "") -> date:
    """Return a day; where there is none, say so with the year as it was typed."""
    try:
        return date(year, month, day)
    except ValueError as error:
        raise EraError(
            f"{typed or year}年{month}月{day}日という日はありません。月と日を確かめてください。"
        ) from error


def _year_text(year: int) -> str:
    return "元" if year == 1 else str(year)


def _too_early(era: Era, found: date) -> str:
    first = era.first_day
    start = f"{_year_text(first.year - era.first_year + 1)}年{first.month}月{first.day}日"
    if era is ERAS[0]:
        return f"{era.name}は{start}(太陽暦の始まり)から入力できます。"
    return f"{era.name}は{start}からです。この日は{to_era(found)}です。"
