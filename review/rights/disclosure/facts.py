"""Values of any shape as lines that a person can read (項目と内容); numbers masked."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from filing.numbers import cover_personal_numbers

Fact = tuple[str, str]


@dataclass(frozen=True)
class Record:
    """One record of the person: a title and its facts as (name, value)."""

    title: str
    facts: list[Fact]


@dataclass(frozen=True)
class Section:
    """The records of one kind (記録の種類)."""

    title: str
    records: list[Record]


def facts(values: Any, path: str = "") -> list[Fact]:
    """Return nested values as flat lines, whatever their shape; empty ones say nothing."""
    if isinstance(values, dict):
        pairs = [(f"{path} › {key}" if path else str(key), one) for key, one in values.items()]
    elif isinstance(values, list | tuple):
        pairs = [(f"{path} {place}", one) for place, one in enumerate(values, start=1)]
    else:
        said = text(values)
        return [(path, said)] if said else []
    return [fact for name, one in pairs for fact in facts(one, name)]


def text(value: Any) -> str:
    """Return a value in words; twelve digits that are a valid 個人番号 are masked."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, date):
        return value.isoformat()
    return cover_personal_numbers(str(value))
