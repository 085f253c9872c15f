"""Eras: dates as residents write them, as the card writes them, and why some do not exist."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.eras import (
    EraError,
    echo,
    from_era,
    parse_date,
    parse_era,
    parse_jpki,
    to_era,
    to_jpki,
    to_western,
)

DAYS = st.dates(date(1873, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(1873, 1, 1), "明治6年1月1日"),
        (date(1912, 7, 29), "明治45年7月29日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2026, 11, 23), "令和8年11月23日"),
    ],
)
def test_day_is_written_in_its_era(day: date, text: str) -> None:
    assert to_era(day) == text
    assert parse_era(text) == day


@given(DAYS)
def test_every_day_survives_the_three_ways_of_writing(day: date) -> None:
    assert parse_era(to_era(day)) == day
    assert parse_date(to_western(day)) == day
    assert parse_jpki(to_jpki(day)) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("S60.4.1", date(1985, 4, 1)),
        ("s60/4/1", date(1985, 4, 1)),
        ("昭和６０年４月１日", date(1985, 4, 1)),
        (" 令和 元年 5月 1日 ", date(2019, 5, 1)),
        ("令和1年5月1日", date(2019, 5, 1)),
        ("1985-04-01", date(1985, 4, 1)),
        ("１９８５年４月１日", date(1985, 4, 1)),
        ("西暦1985年4月1日", date(1985, 4, 1)),
        ("昭和60年2月28日", date(1985, 2, 28)),
    ],
)
def test_date_is_read_as_people_write_it(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("昭和64年1月8日", "昭和は64年1月7日までです。この日は平成元年1月8日です。"),
        ("平成31年5月1日", "平成は31年4月30日までです。この日は令和元年5月1日です。"),
        ("平成元年1月7日", "平成は元年1月8日からです。この日は昭和64年1月7日です。"),
        ("令和元年4月30日", "令和は元年5月1日からです。この日は平成31年4月30日です。"),
        ("大正16年1月1日", "大正は15年12月25日までです。この日は昭和2年1月1日です。"),
        ("明治5年12月2日", "明治は6年1月1日(太陽暦の始まり)から入力できます。"),
        ("昭和60年2月29日", "昭和60年2月29日という日はありません。月と日を確かめてください。"),
        ("令和8年13月1日", "令和8年13月1日という日はありません。月と日を確かめてください。"),
        ("令和0年1月1日", "年は1以上の数字か「元」で入力してください。"),
        ("昭和六十年四月一日", "日付を「昭和60年4月1日」のように入力してください。"),
        ("", "日付を「昭和60年4月1日」のように入力してください。"),
    ],
)
def test_date_that_does_not_exist_is_refused_with_the_reason(text: str, sentence: str) -> None:
    with pytest.raises(EraError) as refusal:
        parse_date(text)

    assert str(refusal.value) == sentence


def test_day_on_which_an_era_began_has_both_names() -> None:
    assert parse_era("明治45年7月30日") == parse_era("大正元年7月30日") == date(1912, 7, 30)
    assert parse_era("大正15年12月25日") == parse_era("昭和元年12月25日") == date(1926, 12, 25)


def test_unknown_era_is_refused_with_the_choices() -> None:
    with pytest.raises(EraError, match="明治・大正・昭和・平成・令和"):
        from_era("慶応", 3, 1, 1)


def test_other_calendar_is_echoed() -> None:
    assert echo("1989-01-07") == "昭和64年1月7日"
    assert echo("令和元年5月1日") == "2019年5月1日"


def test_day_before_the_solar_calendar_is_not_written() -> None:
    with pytest.raises(EraError, match="明治6年1月1日より前"):
        to_era(date(1872, 12, 31))


def test_card_writes_the_era_digit_and_the_gregorian_date() -> None:
    assert to_jpki(date(1985, 4, 1)) == "319850401"
    assert parse_jpki("019850401") == date(1985, 4, 1)


@pytest.mark.parametrize("text", ["419850401", "619850401", "319850230", "31985041", "319850401 "])
def test_card_date_that_contradicts_itself_is_refused(text: str) -> None:
    with pytest.raises(EraError):
        parse_jpki(text)
