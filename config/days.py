"""Days as residents read them (日付の書き方): in their calendar, the other one in brackets."""

from datetime import date

from django.utils import translation
from django.utils.formats import date_format

from filing.eras import era_of, to_era, to_western

# Django writes "March 15, 2027" as "Mar. 15, 2027" of its own accord, and knows no Tagalog months.
LONG = {"en": "F j, Y", "tl": "F j, Y"}


def counts_in_eras() -> bool:
    """Whether the reader's language counts years in eras (和暦), as only Japanese does."""
    return (translation.get_language() or "ja").startswith("ja")


def day_words(day: date) -> str:
    """Write a day in its era; in other languages in the western calendar, the era in brackets."""
    language = translation.get_language() or "ja"
    if language == "ja":
        return to_era(day)
    return both_calendars(day)


def both_calendars(day: date) -> str:
    """Write a day in both calendars: 令和9年3月15日(2027年); March 15, 2027 (令和9年3月15日)."""
    language = translation.get_language() or "ja"
    if language == "ja":
        return f"{to_era(day)}({day.year}年)"
    if language.startswith("ja"):
        return f"{to_western(day)}({to_era(day)})"
    with translation.override("en" if language == "tl" else language):
        western = date_format(day, LONG.get(language, "DATE_FORMAT"))
    return f"{western} ({to_era(day)})"


def month_words(day: date) -> str:
    """Write the month of a day: 令和9年10月; in other languages October 2027."""
    language = translation.get_language() or "ja"
    if language == "ja":
        return f"{year_words(day.year)}{day.month}月"
    if language.startswith("ja"):
        return f"{day.year}年{day.month}月"
    with translation.override("en" if language == "tl" else language):
        return date_format(day, "YEAR_MONTH_FORMAT")


def year_words(year: int) -> str:
    """Write a year: 令和8年; in other languages 2026 (令和8年)."""
    last_day = date(year, 12, 31)
    number = year - era_of(last_day).first_year + 1
    in_era = f"{era_of(last_day).name}{'元' if number == 1 else number}年"
    language = translation.get_language() or "ja"
    if language == "ja":
        return in_era
    return f"{in_era}({year}年)" if language.startswith("ja") else f"{year} ({in_era})"
