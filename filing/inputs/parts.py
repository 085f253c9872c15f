"""Small readings of answers (申告内容の読み方) that every part of the inputs uses."""

from collections.abc import Iterable, Mapping
from typing import Any

from filing.kinds import KIND_OF_GROUP

Answers = Mapping[str, Any]


def rows(answers: Answers, group: str) -> list[Mapping[str, Any]]:
    """Return the entries of a block (行); none of an income whose kind is not chosen."""
    return (answers.get(group) or []) if is_chosen(answers, group) else []


def record(answers: Answers, group: str) -> Mapping[str, Any]:
    """Return a block that has no rows (欄); empty for an income whose kind is not chosen."""
    return (answers.get(group) or {}) if is_chosen(answers, group) else {}


def is_chosen(answers: Answers, group: str) -> bool:
    """Tell whether a block counts (選択された収入か): others than incomes always do."""
    kinds = answers.get("income_kinds")
    return kinds is None or group not in KIND_OF_GROUP or KIND_OF_GROUP[group] in kinds


def total(entries: Iterable[Mapping[str, Any]], key: str) -> int:
    """Return the sum of one amount over entries (合計)."""
    return sum(entry.get(key) or 0 for entry in entries)


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what says something (空でない値)."""
    return {key: value for key, value in values.items() if value}


def net(entries: Iterable[Mapping[str, Any]]) -> int:
    """Return revenue less costs of entries (差引), below zero for a loss."""
    listed = list(entries)
    return total(listed, "revenue") - total(listed, "expenses")
