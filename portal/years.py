"""Which tax years (課税年度) may be filed now, and the words that questions have places for."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.context import load_municipality_file
from config.days import day_words, year_words
from config.translations.said import say
from filing.calendar import assessment_date, income_year, tax_year_label, tax_year_of, western_year
from portal.errors import YearClosed

# From this month the season to come is open, so that residents can prepare.
NEXT_SEASON_OPENS = 10


def default_year(today: date) -> str:
    """Return the year that most residents mean: the season to come, or the one that runs."""
    return (
        tax_year_label(today.year + 1) if today.month >= NEXT_SEASON_OPENS else tax_year_of(today)
    )


def open_years(today: date) -> list[str]:
    """Return the years that may be filed, the default first; the one before it as a late return."""
    default = default_year(today)
    return [default, tax_year_label(western_year(default) - 1)]


def last_day(tax_year: str) -> date:
    """Return the last day on which a year may be filed here: until the season after next opens."""
    return date(western_year(tax_year) + 1, NEXT_SEASON_OPENS, 1) - timedelta(days=1)


def check_open(tax_year: str, content: Mapping[str, Any], today: date) -> None:
    """Raise YearClosed after the last day; what the office asks to correct may still be sent."""
    if words := if_closed(tax_year, content, today):
        raise YearClosed(words)


def if_closed(tax_year: str, content: Mapping[str, Any], today: date) -> str:
    """Return what is left to do with a return whose year is over, "" while it may be sent."""
    return "" if "amends" in content else if_over(tax_year, today)


def if_over(tax_year: str, today: date) -> str:
    """Return what somebody is told who comes for a year that is over, "" while it is not."""
    if today <= last_day(tax_year):
        return ""
    return _(
        "%(title)sの申告をここで送れたのは、%(day)sまでです。"
        "紙の申告書なら出せます。ページの下の電話番号に聞いてください。"
    ) % {"title": title_of(tax_year), "day": day_words(last_day(tax_year))}


def title_of(tax_year: str) -> str:
    """Return 令和9年度 for "R9"; in other languages with the western year."""
    title = f"令和{tax_year[1:]}年度"
    if (get_language() or "ja") == "ja":
        return title
    return _("%(western)s年度(%(title)s)") % {"western": western_year(tax_year), "title": title}


def words_for(tax_year: str) -> dict[str, str]:
    """Return the words that questions have places for: the income year and its 1 January."""
    return dict(_words(tax_year, settings.MUNICIPALITY_FILE, get_language()))


@cache
def _words(tax_year: str, city: Path, language: str | None) -> dict[str, str]:
    """Return the words of a year in the language that is on, which is named for the cache."""
    year = income_year(tax_year)
    return {
        "year": year_words(year),
        "income_year": str(year),
        "jan1": day_words(assessment_date(tax_year)),
        "tax_year": title_of(tax_year),
        "year_end": day_words(date(year, 12, 31)),
        "city": say(load_municipality_file(city)["name"]),
    }
