"""Check digits: 個人番号, 団体コード, 受付番号."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.numbers import (
    RECEIPT_CHECK_LETTERS,
    cover_personal_numbers,
    make_receipt_number,
    mask_personal_number,
    municipality_code_is_valid,
    normalise_receipt_number,
    personal_number_is_valid,
    receipt_number_is_valid,
)

SERIALS = st.integers(1, 9_999_999)


@pytest.mark.parametrize("number", ["123456789018", "234567890121", "100000000005"])
def test_personal_number_with_its_check_digit_is_valid(number: str) -> None:
    assert personal_number_is_valid(number) is True


@pytest.mark.parametrize(
    "number",
    [
        "000000000000",
        "123456789010",
        "12345678901",
        "1234567890188",
        "１２３４５６７８９０１８",
        "12345678901\n",
        "1234567890١8",
        "",
    ],
)
def test_anything_else_is_no_personal_number(number: str) -> None:
    assert personal_number_is_valid(number) is False


def test_exactly_one_last_digit_fits_a_personal_number() -> None:
    fitting = [digit for digit in "0123456789" if personal_number_is_valid("12345678901" + digit)]

    assert fitting == ["8"]


def test_personal_number_is_masked_but_for_four_digits() -> None:
    assert mask_personal_number("123456789018") == "********9018"
    assert mask_personal_number("") == ""


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("番号は123456789018です", "番号は********9018です"),
        ("1234-5678-9018", "********9018"),
        ("１２３４　５６７８　９０１８。", "********9018。"),
        ("1234−5678−9018", "********9018"),
        ("1955 1234 5678 9018", "1955 ********9018"),
        ("1234 5678-9018", "1234 5678-9018"),
        ("0f123456-7890-4123-9018-123456789018", "0f123456-7890-4123-9018-123456789018"),
        (f"{'a' * 20}123456789018", f"{'a' * 20}123456789018"),
        ("123456789012 と 0123456789018", "123456789012 と 0123456789018"),
    ],
)
def test_personal_number_in_a_text_is_covered_however_it_is_written(
    text: str, covered: str
) -> None:
    assert cover_personal_numbers(text) == covered


@pytest.mark.parametrize(
    "code", ["431001", "431010", "431028", "431036", "431044", "431052", "430005", "131016"]
)
def test_municipality_code_with_its_check_digit_is_valid(code: str) -> None:
    assert municipality_code_is_valid(code) is True


@pytest.mark.parametrize("code", ["431002", "43100", "4310011", "４３１００１"])
def test_anything_else_is_no_municipality_code(code: str) -> None:
    assert municipality_code_is_valid(code) is False


def test_receipt_number_holds_year_serial_and_check_letter() -> None:
    assert make_receipt_number(2027, 12345) == "2027-0012345-K"


@given(SERIALS)
def test_receipt_number_is_short_valid_and_without_look_alikes(serial: int) -> None:
    number = make_receipt_number(2027, serial)

    assert len(number) == 14
    assert receipt_number_is_valid(number)
    assert set(number[-1]) <= set(RECEIPT_CHECK_LETTERS)
    assert set(RECEIPT_CHECK_LETTERS).isdisjoint("BDGILOQSUVZ0123456789")


@given(st.lists(SERIALS, min_size=2, max_size=2, unique=True))
def test_two_serials_never_make_one_number(serials: list[int]) -> None:
    first, second = (make_receipt_number(2027, serial) for serial in serials)

    assert first != second


@given(SERIALS, st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_found(serial: int, place: int, step: int) -> None:
    number = make_receipt_number(2027, serial)
    digits = [character for character in number if character.isdigit()]
    digits[place] = str((int(digits[place]) + step) % 10)
    wrong = f"{''.join(digits[:4])}-{''.join(digits[4:])}-{number[-1]}"

    assert not receipt_number_is_valid(wrong)


@given(SERIALS, st.integers(0, 9))
def test_two_digits_swapped_are_found(serial: int, place: int) -> None:
    number = make_receipt_number(2027, serial)
    digits = [character for character in number if character.isdigit()]
    same = digits[place] == digits[place + 1]
    digits[place], digits[place + 1] = digits[place + 1], digits[place]
    swapped = f"{''.join(digits[:4])}-{''.join(digits[4:])}-{number[-1]}"

    assert receipt_number_is_valid(swapped) is same


@pytest.mark.parametrize(("year", "serial"), [(2027, 0), (2027, 10_000_000), (27, 1), (12027, 1)])
def test_receipt_number_outside_its_range_is_refused(year: int, serial: int) -> None:
    with pytest.raises(ValueError, match="範囲"):
        make_receipt_number(year, serial)


@pytest.mark.parametrize(
    "typed",
    [
        "2027-0012345-k",
        "２０２７－００１２３４５－Ｋ",
        " 2027 0012345 K ",
        "20270012345K",
        "2027ー0012345―K",
    ],
)
def test_receipt_number_is_understood_as_people_type_it(typed: str) -> None:
    assert normalise_receipt_number(typed) == "2027-0012345-K"


@pytest.mark.parametrize(
    "text", ["", "2027-0012345-A", "2027-0000000-A", "2027-0012345-K\n", "2027-12345-K", "0012345"]
)
def test_anything_else_is_no_receipt_number(text: str) -> None:
    assert receipt_number_is_valid(text) is False
