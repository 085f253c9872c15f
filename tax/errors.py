"""What the engine refuses, and how it says so."""

from __future__ import annotations


class InputError(Exception):
    """入力の誤り: one input that cannot be computed with.

    ``field`` is the path of the input ("relatives.0.age"), ``message`` a Japanese sentence that
    names the field and says what to do about it.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class MissingYearError(InputError):
    """年度の値がない: a parameter holds no value for the year; nothing is ever extrapolated."""
