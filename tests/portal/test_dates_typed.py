"""Dates are typed in either calendar; one that never was is refused with a sentence, translated."""

from datetime import date

import pytest
from django.utils import translation

from config.days import both_calendars, day_words, year_words
from config.fields import EraDateField

pytestmark = pytest.mark.django_db


def typed(sato, era, year, month="1", day="8"):
    parts = {"era": era, "year": year, "month": month, "day": day}
    boxes = {f"birth_date_{name}": part for name, part in parts.items()}
    return sato.posts("relatives/new/person", {"name": "佐藤 一郎", "relation": "child", **boxes})


@pytest.fixture
def asked(sato):
    """Bring Sato to the page that asks for a relative's date of birth."""
    sato.signs_up().begins().reads_card().answers_basics().earns()
    sato.answers("relatives/has", has="yes")
    return sato


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ja", "昭和は64年1月7日までです。この日は平成元年1月8日です。"),
        ("ja-easy", "昭和は、64年1月7日までです。この日は平成元年1月8日です。"),
        (
            "en",
            "This day is after the end of the era (昭和64年1月7日). "
            "Please choose the other era (平成元年1月8日).",
        ),
    ],
)
def test_day_after_an_eras_end_is_refused_with_the_right_one(asked, language, sentence):
    asked.client.cookies["django_language"] = language

    answer = typed(asked, "昭和", "64")

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_first_year_is_typed_as_a_word_and_echoed_in_the_other_calendar(asked):
    following = typed(asked, "令和", "元", "5", "1").headers["Location"]

    item = following.split("/")[4]
    page = asked.client.get(f"/return/R9/relatives/{item}/person/").content.decode()
    assert "2019年5月1日" in page


@pytest.mark.parametrize("year", ["1095", "0001", "1872"])
def test_western_day_before_every_era_is_refused_with_a_sentence(asked, year):
    answer = typed(asked, "西暦", year)

    assert answer.status_code == 422
    said = "「生まれた日」: 明治6年1月1日より前の日付は扱えません。日付を確かめてください。"
    assert said in answer.content.decode()


@pytest.mark.parametrize(("year", "month", "day"), [("2026", "2", "29"), ("99", "1", "1")])
def test_impossible_western_day_is_refused(asked, year, month, day):
    assert typed(asked, "西暦", year, month, day).status_code == 422


@pytest.mark.parametrize(
    ("language", "words", "both", "year"),
    [
        ("ja", "令和元年5月1日", "令和元年5月1日(2019年)", "令和元年"),
        (
            "ja-easy",
            "2019年5月1日(令和元年5月1日)",
            "2019年5月1日(令和元年5月1日)",
            "令和元年(2019年)",
        ),
        ("en", "May 1, 2019 (令和元年5月1日)", "May 1, 2019 (令和元年5月1日)", "2019 (令和元年)"),
        ("tl", "May 1, 2019 (令和元年5月1日)", "May 1, 2019 (令和元年5月1日)", "2019 (令和元年)"),
        ("vi", "Ngày 01 tháng 5 năm 2019 (令和元年5月1日)", None, "2019 (令和元年)"),
    ],
)
def test_day_is_written_in_the_readers_calendar_and_the_papers(language, words, both, year):
    with translation.override(language):
        assert day_words(date(2019, 5, 1)) == words
        assert both_calendars(date(2019, 5, 1)) == (both or words)
        assert year_words(2019) == year


def test_field_reads_full_width_and_a_western_year_beside_an_era():
    assert EraDateField().clean(["昭和", "1990", "５", "12"]) == date(1990, 5, 12)
