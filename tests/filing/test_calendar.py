"""The tax calendar: 賦課期日, 申告期限, 保存期間, ages as the law reckons them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.calendar import (
    age_for_tax,
    age_on,
    assessment_date,
    filing_deadline,
    income_year,
    income_year_end,
    is_business_day,
    is_minor,
    next_business_day,
    retention_end,
    tax_year_label,
    tax_year_of,
    western_year,
)


def test_r9_taxes_the_income_of_2026_on_1_january_2027() -> None:
    assert western_year("R9") == 2027
    assert income_year("R9") == 2026
    assert income_year_end("R9") == date(2026, 12, 31)
    assert assessment_date("R9") == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("tax_year", "deadline"),
    [
        ("R7", date(2025, 3, 17)),
        ("R8", date(2026, 3, 16)),
        ("R9", date(2027, 3, 15)),
        ("R13", date(2031, 3, 17)),
    ],
)
def test_deadline_is_15_march_or_the_next_business_day(tax_year: str, deadline: date) -> None:
    assert filing_deadline(tax_year) == deadline


def test_holidays_in_a_row_are_all_stepped_over() -> None:
    assert next_business_day(date(2026, 5, 2)) == date(2026, 5, 7)
    assert next_business_day(date(2026, 12, 29)) == date(2027, 1, 4)
    assert next_business_day(date(2026, 11, 23)) == date(2026, 11, 24)


def test_substitute_holiday_is_no_business_day() -> None:
    assert is_business_day(date(2026, 5, 6)) is False


@pytest.mark.parametrize(
    ("tax_year", "years", "day"),
    [("R9", 7, date(2035, 3, 31)), ("R8", 7, date(2034, 3, 31)), ("R9", 5, date(2033, 3, 31))],
)
def test_retention_runs_from_the_march_that_ends_the_year(
    tax_year: str, years: int, day: date
) -> None:
    assert retention_end(tax_year, years=years) == day


@pytest.mark.parametrize(
    ("day", "tax_year"),
    [
        (date(2026, 12, 31), "R8"),
        (date(2027, 1, 1), "R9"),
        (date(2027, 3, 15), "R9"),
        (date(2027, 11, 23), "R9"),
    ],
)
def test_return_is_for_the_year_of_the_latest_assessment_date(day: date, tax_year: str) -> None:
    assert tax_year_of(day) == tax_year


@pytest.mark.parametrize("text", ["9", "R0", "H31", "R09", "R100", "r9", ""])
def test_what_is_no_tax_year_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="R9"):
        western_year(text)


def test_year_before_reiwa_has_no_label() -> None:
    with pytest.raises(ValueError, match="令和"):
        tax_year_label(2018)


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (date(2011, 1, 1), 16),  # 16歳未満 for R9 begins with those born on 2 January 2011
        (date(2011, 1, 2), 15),
        (date(1957, 1, 1), 70),  # 老人扶養親族: born on or before 1 January 1957
        (date(1957, 1, 2), 69),
        (date(1962, 1, 1), 65),  # the 65+ column of the pension deduction
        (date(2007, 1, 2), 19),
        (date(2008, 1, 1), 19),
        (date(2026, 12, 31), 0),
    ],
)
def test_age_for_r9_counts_those_born_on_1_january(born: date, age: int) -> None:
    assert age_for_tax(born, "R9") == age


def test_minor_on_1_january_2027_is_who_was_born_after_2_january_2009() -> None:
    assert is_minor(date(2009, 1, 2), "R9") is False
    assert is_minor(date(2009, 1, 3), "R9") is True


@pytest.mark.parametrize("year", [2026, 2027, 2028, 2029])
def test_year_of_age_of_who_was_born_on_29_february_ends_on_28_february(year: int) -> None:
    born = date(2004, 2, 29)

    assert age_on(born, date(year, 2, 27)) == year - 2004 - 1
    assert age_on(born, date(year, 2, 28)) == year - 2004


@given(st.dates(date(1900, 1, 1), date(2020, 12, 31)), st.integers(0, 40_000))
def test_age_grows_by_one_on_the_day_before_each_birthday(born: date, days: int) -> None:
    day = born + timedelta(days)
    after = day + timedelta(1)
    leap_child = (born.month, born.day) == (2, 29)
    birthday = (after.month, after.day) == (born.month, born.day)
    moved = leap_child and (after.month, after.day) == (3, 1) and day.day == 28

    grows = age_on(born, day) - age_on(born, day - timedelta(1)) if days else 0

    assert grows == (1 if days and (birthday or moved) else 0)


def test_age_before_birth_is_refused() -> None:
    with pytest.raises(ValueError, match="生まれる前"):
        age_on(date(2027, 1, 2), date(2027, 1, 1))
