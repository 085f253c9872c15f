"""What residents may type into the fields for yen, dates and 個人番号."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from config.fields import EraDateField, MoneyField, PersonalNumberField


def message_of(field, value) -> str:
    with pytest.raises(ValidationError) as caught:
        field.clean(value)
    return caught.value.messages[0]


@pytest.mark.parametrize(
    "typed",
    [
        "3200000",
        "3,200,000",
        " 3 200 000 ",
        "3\u3001200\u3001000円",
        "\uff13\uff12\uff10\uff10\uff10\uff10\uff10",
        "\uff13\uff0c\uff12\uff10\uff10\uff0c\uff10\uff10\uff10円",
        "\uffe53,200,000",
        "320万円",
        "\uff13\uff12\uff10万",
    ],
)
def test_money_accepts_every_way_of_writing_it(typed):
    assert MoneyField(label="支払金額").clean(typed) == 3_200_000


@pytest.mark.parametrize(("typed", "yen"), [("1万500円", 10_500), ("1万2000", 12_000), ("0万", 0)])
def test_money_told_in_ten_thousands_and_ones(typed, yen):
    assert MoneyField(label="支払金額").clean(typed) == yen


@pytest.mark.parametrize("typed", ["2.5万", "24万5", "1万2千", "1万20000", "万", "1億"])
def test_money_told_in_part_in_words_is_no_number(typed):
    message = message_of(MoneyField(label="支払金額"), typed)
    assert message == "支払金額は数字で入力してください(例 3,200,000)。"


def test_money_left_empty_is_none_where_it_may_be():
    assert MoneyField(required=False).clean("") is None


def test_money_of_words_names_the_box_and_an_example():
    message = message_of(MoneyField(label="支払金額"), "三百万")
    assert message == "支払金額は数字で入力してください(例 3,200,000)。"


def test_money_below_zero_is_refused():
    assert message_of(MoneyField(label="経費"), "\u22125") == "経費は0円以上で入力してください。"


def test_money_too_large_asks_to_check_the_digits():
    message = message_of(MoneyField(label="経費", max_value=99), "100")
    assert message == "経費は99円以下で入力してください。けた数を確かめてください。"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        (["昭和", "30", "4", "1"], date(1955, 4, 1)),
        (["令和", "元", "5", "1"], date(2019, 5, 1)),
        (["西暦", "\uff11\uff19\uff15\uff15", "\uff14", "1"], date(1955, 4, 1)),
        (["昭和", "1955", "4", "1"], date(1955, 4, 1)),
        (["大正", "15", "12", "25"], date(1926, 12, 25)),
    ],
)
def test_date_is_read_in_either_calendar(typed, day):
    assert EraDateField().clean(typed) == day


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (
            ["西暦", "30", "4", "1"],
            "西暦の年は4けたで入力してください。昭和などの年のときは、元号を選びます。",
        ),
        (["西暦", "1955", "2", "30"], "この日はありません。月と日を確かめてください。"),
        (["昭和", "三十", "4", "1"], "年・月・日は数字で入力してください(例 昭和30年4月1日)。"),
    ],
)
def test_date_that_is_none_says_which_and_what_to_do(typed, message):
    named = message_of(EraDateField(label="生まれた日"), typed)
    assert named == f"「生まれた日」: {message}"


def test_box_of_a_date_left_empty_is_named():
    message = message_of(EraDateField(label="生まれた日"), ["昭和", "30", "", "1"])
    assert message == "「生まれた日」の月を入力してください。"


def test_date_after_the_end_of_an_era_says_which_era_it_is():
    message = message_of(EraDateField(), ["昭和", "64", "1", "8"])
    assert message == "昭和は64年1月7日までです。この日は平成元年1月8日です。"


def test_date_left_empty_is_none_where_it_may_be():
    assert EraDateField(required=False).clean(["西暦", "", "", ""]) is None


def test_personal_number_accepts_spaces_hyphens_and_full_width():
    typed = "\uff11\uff12\uff13\uff14 5678-9018"
    assert PersonalNumberField().clean(typed) == "123456789018"


def test_personal_number_of_eleven_digits_is_refused():
    message = message_of(PersonalNumberField(), "12345678901")
    assert message == "マイナンバーは12けたの数字で入力してください(例 1234 5678 9012)。"
