"""The shape of a return (様式どおりか): known items, right types, required items, row counts."""

from collections.abc import Iterator, Mapping
from typing import Any

from .form import Form, Group, Item, Section
from .model import Return, filer_values, header_values
from .problems import Problem
from .values import value_problem


def shape_problems(document: Return, form: Form) -> list[Problem]:
    """Return what keeps a return (申告書) from being written in its form, in the form's order."""
    return [
        *_section_problems(form.header, "", header_values(document)),
        *_section_problems(form.filer, "filer.", filer_values(document)),
        *answers_problems(document.answers, form),
    ]


def answers_problems(answers: Mapping[str, Any], form: Form) -> Iterator[Problem]:
    """Yield what is wrong with the shape of the answers (申告内容)."""
    if not isinstance(answers, Mapping):
        yield Problem("answers", "type", "申告内容の形式が正しくありません。")
        return
    known = {group.code for group in form.groups}
    for code in answers:
        if code not in known:
            yield Problem(
                f"answers.{code}", "unknown", "この様式にない項目です。項目を消してください。"
            )
    for group in form.groups:
        if answers.get(group.code) is not None:
            yield from _group_problems(group, f"answers.{group.code}", answers[group.code])


def _section_problems(
    section: Section, prefix: str, values: Mapping[str, Any]
) -> Iterator[Problem]:
    for item in section.items:
        # The address of 1 January and the phone stand beside the filer, not in it.
        path = item.code if item.code in ("address_jan1", "phone") else prefix + item.code
        yield from _item_problems(item, path, item.label, values.get(item.code))


def _group_problems(group: Group, path: str, value: Any) -> Iterator[Problem]:
    if group.kind == "code":
        yield from _choice_problems(group, path, value)
    elif group.kind == "record":
        yield from _record_problems(group, path, group.label, value)
    elif not isinstance(value, list):
        yield Problem(
            path, "type", f"{group.label}の形式が正しくありません。入力し直してください。"
        )
    elif group.kind == "codes":
        for index, code in enumerate(value):
            yield from _choice_problems(group, f"{path}.{index}", code)
        if len({str(code) for code in value}) != len(value):
            yield Problem(
                path, "twice", f"{group.label}に同じものが2回あります。1つにしてください。"
            )
    else:
        yield from _rows_problems(group, path, value)


def _rows_problems(group: Group, path: str, rows: list[Any]) -> Iterator[Problem]:
    if len(rows) > group.max_rows:
        yield Problem(
            path,
            "too_many",
            f"{group.label}は{group.max_rows}件まで入力できます。件数を減らしてください。",
        )
    for index, row in enumerate(rows):
        name = row_label(group, index)
        yield from _record_problems(group, f"{path}.{index}", name, row)


def row_label(group: Group, index: int) -> str:
    """Return how a row is called (何件目): 給与(2件目)."""
    return f"{group.label}({index + 1}件目)"


def _record_problems(group: Group, path: str, name: str, record: Any) -> Iterator[Problem]:
    if not isinstance(record, Mapping):
        yield Problem(path, "type", f"{name}の形式が正しくありません。入力し直してください。")
        return
    known = {item.code for item in group.items}
    for code in record:
        if code not in known:
            yield Problem(
                f"{path}.{code}", "unknown", "この様式にない項目です。項目を消してください。"
            )
    for item in group.items:
        yield from _item_problems(
            item, f"{path}.{item.code}", f"{name}の{item.label}", record.get(item.code)
        )


def _item_problems(item: Item, path: str, label: str, value: Any) -> Iterator[Problem]:
    if value is None:
        if not item.optional:
            yield Problem(path, "required", f"{label}を入力してください。")
        return
    message = value_problem(item, value)
    if message is None:
        return
    blank = isinstance(value, str) and not value.strip()
    text = label + message.removeprefix(item.label)
    yield Problem(path, "required" if blank else item.type, text)


def _choice_problems(group: Group, path: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, str) or value not in group.choices:
        options = "・".join(group.choices.values())
        yield Problem(path, "code", f"{group.label}を選んでください({options})。")
