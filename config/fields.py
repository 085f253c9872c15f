"""Form fields for what residents and staff type: yen, dates in either calendar, 個人番号."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import jaconv
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config import days
from config.translations.said import say
from filing.eras import ERAS, EraError, era_of, from_era, to_era, to_western

WESTERN = "西暦"
ERA_LABELS = {
    "令和": gettext_lazy("令和"),
    "平成": gettext_lazy("平成"),
    "昭和": gettext_lazy("昭和"),
    "大正": gettext_lazy("大正"),
    "明治": gettext_lazy("明治"),
}
QUESTION_MARKS = ("?", "\uff1f")
MAX_YEN = 9_999_999_999
SPACES = re.compile(r"[\s\u3000]")
# Separators and signs of the yen in every width: , \u3001 \u00a5 \uffe5 \\ 円
MONEY_SIGNS = re.compile("[,\uff0c\u3001\u00a5\uffe5\\\\円]")
# 24万, 1万500, 1万2000. Who writes 24万5 may mean 5 thousand: that is no number.
TEN_THOUSANDS = re.compile(r"([0-9]{1,6})万([0-9]{3,4})?")
DASHES = re.compile("[-\u2010-\u2015\u2212\u30fc\uff0d]")


def half_width(text: str) -> str:
    """Return the text with digits, Latin letters and signs in half width, without spaces."""
    return SPACES.sub("", _narrowed(text))


def _narrowed(text: str) -> str:
    return str(jaconv.z2h(text, kana=False, digit=True, ascii=True))


class EmailInput(forms.EmailInput):
    """A box for an e-mail address: a Japanese keyboard writes its letters and its ＠ wide.

    Blanks stay, so that two words never become a mailbox that nobody wrote.
    """

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        typed = super().value_from_datadict(data, files, name)
        return _narrowed(typed) if isinstance(typed, str) else typed


class MoneyInput(forms.TextInput):
    """A box for yen: numeric keyboard, thousands separators, 円 behind it."""

    template_name = "forms/money.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        own = {"inputmode": "numeric", "autocomplete": "off", "data-money": True, "size": 14}
        super().__init__({**own, **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        return f"{value:,}" if isinstance(value, int) else super().format_value(value)


class MoneyField(forms.Field):
    """Whole yen (円) as residents write them: full width, commas, 円, ¥ and 万 are all accepted.

    Cleans to an `int`, or to None where the field is optional and empty.
    """

    widget = MoneyInput

    def __init__(self, *, min_value: int = 0, max_value: int = MAX_YEN, **options: Any) -> None:
        self.min_value = min_value
        self.max_value = max_value
        super().__init__(**options)

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, int) or value in self.empty_values:
            return value if isinstance(value, int) else None
        text = MONEY_SIGNS.sub("", half_width(str(value)))
        text = _in_ones(DASHES.sub("-", text))
        if not text:
            return None
        if not re.fullmatch(r"-?[0-9]{1,15}", text):
            raise self._error("invalid", _("%(box)sは数字で入力してください(例 3,200,000)。"))
        return int(text)

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is None:
            return
        if value < self.min_value:
            message = _("%(box)sは%(limit)s円以上で入力してください。")
            raise self._error("min_value", message, limit=f"{self.min_value:,}")
        if value > self.max_value:
            message = _("%(box)sは%(limit)s円以下で入力してください。けた数を確かめてください。")
            raise self._error("max_value", message, limit=f"{self.max_value:,}")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True

    def _error(self, code: str, message: str, **words: str) -> ValidationError:
        label = str(self.label or "")
        box = _("金額") if not label or label.endswith(QUESTION_MARKS) else label
        return ValidationError(message % {"box": box, **words}, code=code)


def _in_ones(text: str) -> str:
    """Return yen that are told in 万 as digits; other texts as they are."""
    told = TEN_THOUSANDS.fullmatch(text)
    return f"{told[1]}{told[2] or '':0>4}" if told else text


class PersonalNumberInput(forms.TextInput):
    """A box for a 個人番号. What was typed is never sent back to the browser."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        own = {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "size": 16}
        super().__init__({**own, "maxlength": 20, "data-digits": "4", **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


class PersonalNumberField(forms.CharField):
    """Personal number (個人番号): twelve digits, spaces and full width accepted.

    The check digit is the caller's business (filing.numbers.personal_number_is_valid).
    """

    widget = PersonalNumberInput

    def to_python(self, value: Any) -> str:
        text = DASHES.sub("", half_width(super().to_python(value) or ""))
        if text and not re.fullmatch(r"[0-9]{12}", text):
            message = _("マイナンバーは12けたの数字で入力してください(例 1234 5678 9012)。")
            raise ValidationError(message, code="invalid")
        return text


class EraDateWidget(forms.MultiWidget):
    """Calendar (元号 or 西暦), year, month and day, with the same day in the other calendar."""

    template_name = "forms/era_date.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        calendars: list[tuple[str, Any]] = [(WESTERN, gettext_lazy("西暦"))]
        calendars += [(era.name, ERA_LABELS[era.name]) for era in reversed(ERAS)]
        box = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            {
                "era": forms.Select(choices=calendars),
                "year": forms.TextInput({**box, "size": 4, "maxlength": 8, "inputmode": "text"}),
                "month": forms.TextInput({**box, "size": 2, "maxlength": 4}),
                "day": forms.TextInput({**box, "size": 2, "maxlength": 4}),
            },
            attrs,
        )

    def decompress(self, value: Any) -> list[Any]:
        """Show a stored day in its era, as certificates write it; to others as they count years."""
        if not isinstance(value, date):
            return [WESTERN, "", "", ""]
        if not days.counts_in_eras():
            return [WESTERN, value.year, value.month, value.day]
        era = era_of(value)
        return [era.name, value.year - era.first_year + 1, value.month, value.day]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        labels = [_("暦・元号"), _("年"), _("月"), _("日")]
        for subwidget, label in zip(context["widget"]["subwidgets"], labels, strict=True):
            subwidget["label"] = label
        context["widget"]["first_years"] = " ".join(f"{e.name}:{e.first_year}" for e in ERAS)
        context["widget"]["echo"] = _echo(value if isinstance(value, list) else [], value)
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[Any]:
        """Read the four boxes, or one text or ISO day under the field's own name (for scripts)."""
        if isinstance(single := data.get(name), str) and single:
            return [WESTERN, *single.split("-")] if single.count("-") == 2 else [single, "", "", ""]
        return super().value_from_datadict(data, files, name)


class EraDateField(forms.DateField):
    """A day (日付) in either calendar. Cleans to a `date`, or None where optional and empty."""

    widget = EraDateWidget

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, list | tuple):
            return super().to_python(value)
        era, *boxes = (half_width(str(part or "")) for part in value)
        if not any(boxes):
            return None
        for box, message in zip(boxes, _empty_box_messages(), strict=True):
            if not box:
                raise ValidationError(message % {"label": self.label}, code="incomplete")
        try:
            return _read(era or WESTERN, *boxes)
        except ValidationError as error:
            if not self.label:
                raise
            words = {"label": self.label, "message": error.message}
            named = _("「%(label)s」: %(message)s") % words
            raise ValidationError(named, code=error.code) from error

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) and value:
            return date.fromisoformat(value)
        return value


def _empty_box_messages() -> list[str]:
    return [
        _("「%(label)s」の年を入力してください。"),
        _("「%(label)s」の月を入力してください。"),
        _("「%(label)s」の日を入力してください。"),
    ]


def _read(era: str, year: str, month: str, day: str) -> date:
    """Return the day that the four boxes name; a year of four digits is western in any case."""
    year_number = "1" if year == "元" else year
    if not all(re.fullmatch(r"[0-9]{1,4}", part) for part in (year_number, month, day)):
        raise ValidationError(
            _("年・月・日は数字で入力してください(例 昭和30年4月1日)。"), code="invalid"
        )
    numbers = int(year_number), int(month), int(day)
    try:
        if len(year_number) == 4:
            found = date(*numbers)
            # A day before every era could be written on no page: a 1095 typed for 1995.
            era_of(found)
            return found
        if era == WESTERN:
            raise ValidationError(
                _("西暦の年は4けたで入力してください。昭和などの年のときは、元号を選びます。"),
                code="era",
            )
        return from_era(era, *numbers)
    except EraError as error:
        raise ValidationError(say(error), code="invalid") from error
    except ValueError as error:
        raise ValidationError(
            _("この日はありません。月と日を確かめてください。"), code="invalid"
        ) from error


def _echo(boxes: list[Any], value: Any) -> str:
    """Return the day in the calendar that it was not written in, nothing while it is no day.

    In a language that does not count in eras it is written in both: neither is known to all.
    """
    if isinstance(value, date):
        return to_western(value) if days.counts_in_eras() else days.both_calendars(value)
    try:
        found = EraDateField(required=False).to_python(boxes) if boxes else None
    except ValidationError:
        return ""
    if found is None:
        return ""
    if not days.counts_in_eras():
        return days.both_calendars(found)
    western = boxes[0] == WESTERN or len(half_width(str(boxes[1]))) == 4
    return to_era(found) if western else to_western(found)
