"""The tax calendar (課税年度の暦): every date that the law counts from a 課税年度, in one place.

Sources: 地方税法39条・318条 (賦課期日, 1 January), 45条の2・317条の2 (申告期限, 15 March), 20条の5
(a deadline on a holiday moves to the next business day), 年齢計算ニ関スル法律 and 民法143条 (age).
"""

import re
from datetime import date, timedelta

import jpholiday

_TAX_YEAR = re.compile(r"R([1-9][0-9]?)")
_REIWA_OFFSET = 2018


def western_year(tax_year: str) -> int:
    """Return the calendar year of a tax year (課税年度): "R9" → 2027."""
    match = _TAX_YEAR.fullmatch(tax_year)
    if match is None:
        raise ValueError("課税年度は R9 の形で指定してください。")
    return _REIWA_OFFSET + int(match.group(1))


def tax_year_label(year: int) -> str:
    """Return the tax year (課税年度) of a calendar year: 2027 → "R9"."""
    if year <= _REIWA_OFFSET:
        raise ValueError("令和より前の年度は扱いません。")
    return f"R{year - _REIWA_OFFSET}"


def tax_year_of(day: date) -> str:
    """Return the tax year (課税年度) that a return made on this day is for.

    It is the year of the latest 賦課期日: the season of R9 opens on 1 January 2027, and a late
    return of November 2027 is still one for R9.
    """
    return tax_year_label(day.year)


def income_year(tax_year: str) -> int:
    """Return the year whose income is taxed (前年所得): "R9" → 2026."""
    return western_year(tax_year) - 1


def income_year_end(tax_year: str) -> date:
    """Return 31 December of the income year, on which ages are reckoned (年齢の判定日)."""
    return date(income_year(tax_year), 12, 31)


def assessment_date(tax_year: str) -> date:
    """Return the assessment date (賦課期日): 1 January of the tax year."""
    return date(western_year(tax_year), 1, 1)


def filing_deadline(tax_year: str) -> date:
    """Return the filing deadline (申告期限): 15 March, or the next business day."""
    return next_business_day(date(western_year(tax_year), 3, 15))


def next_business_day(day: date) -> date:
    """Return the day itself, or the first day after it that is no holiday (開庁日).

    Holidays are Saturdays, Sundays, 国民の祝日 and 29 December to 3 January (地方税法20条の5,
    同法施行令6条の18の2).
    """
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


def is_business_day(day: date) -> bool:
    """Tell whether offices are open (開庁日)."""
    year_end = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < 5 and not year_end and not jpholiday.is_holiday(day)


def retention_end(tax_year: str, *, years: int = 7) -> date:
    """Return the last day of retention (保存期間の満了日).

    The clock starts on 31 March that ends the 課税年度 (R9: 31 March 2028) and runs `years`.
    """
    return date(western_year(tax_year) + 1 + years, 3, 31)


def years_after(event: date, years: int) -> date:
    """Return the last day of a period of years that an event starts (期間の満了日).

    The day of the event does not count (民法140条); the period ends on the eve of the day that
    corresponds to its first one, or on the month's last day where there is none (143条2項). A
    holiday moves nothing: it is a period of keeping, and nobody has to act on its last day.
    """
    first = event + timedelta(days=1)
    try:
        corresponding = first.replace(year=first.year + years)
    except ValueError:
        return date(first.year + years, 2, 28)
    return corresponding - timedelta(days=1)


def last_event_over(as_of: date, years: int) -> date:
    """Return the latest day of an event whose period of years has run out by `as_of`."""
    near = as_of.replace(year=as_of.year - years, day=min(as_of.day, 28))
    for day in (near + timedelta(days=shift) for shift in (2, 1, 0, -1, -2, -3)):
        if as_of > years_after(day, years):
            return day
    raise ValueError(f"no day lies {years} years before {as_of}")


def age_on(birth: date, day: date) -> int:
    """Return the age (満年齢) in law: reached at the end of the day before the birthday.

    Who was born on 1 January 2011 is 16 on 31 December 2026. Born on 29 February: the year of age
    is full on 28 February, leap year or not. Raises ValueError for a day before birth.
    """
    if day < birth:
        raise ValueError("生まれる前の日の年齢は求められません。")
    after = day + timedelta(days=1)
    return after.year - birth.year - ((after.month, after.day) < (birth.month, birth.day))


def age_for_tax(birth: date, tax_year: str) -> int:
    """Return the age on 31 December of the income year (所得年の12月31日現在の年齢)."""
    return age_on(birth, income_year_end(tax_year))


def age_at_year_end(birth: date, tax_year: str) -> int:
    """Return the age on 31 December of the income year; 0 for who was born after it."""
    return age_for_tax(birth, tax_year) if birth <= income_year_end(tax_year) else 0


def day_of_judging(died_on: str | None, tax_year: str) -> date:
    """Return the day on which a family member is judged (判定の時期): 31 December, or the death.

    地方税法34条・314条の2, 所得税法85条 (要確認: neither text was read). A death after the income
    year changes nothing; who died before it counts for nobody (`died_before_year`).
    """
    if died_on and died_in_year(died_on, tax_year):
        return date.fromisoformat(died_on)
    return income_year_end(tax_year)


def died_in_year(died_on: str | None, tax_year: str) -> bool:
    """Tell whether somebody died in the income year (年の中途で死亡), by the day as ISO text."""
    return (died_on or "")[:4] == str(income_year(tax_year))


def age_when_judged(birth: date, died_on: str | None, tax_year: str) -> int:
    """Return a family member's age (年齢) on the day that counts; ValueError before birth."""
    return age_on(birth, day_of_judging(died_on, tax_year))


def died_before_year(died_on: str | None, tax_year: str) -> bool:
    """Tell whether somebody died before the income year began (前年より前の死亡), by ISO text."""
    return bool(died_on) and str(died_on)[:4] < str(income_year(tax_year))


def is_too_old(birth: date, tax_year: str) -> bool:
    """Tell whether a birth date (生年月日) makes an age that nobody reaches: over 130."""
    last_day = income_year_end(tax_year)
    return birth <= last_day and age_on(birth, last_day) > 130


def is_minor(birth: date, tax_year: str) -> bool:
    """Tell whether the filer is a minor (未成年者) on the assessment date: under 18."""
    return age_on(birth, assessment_date(tax_year)) < 18
