"""Fields by their path (項目の所在): from "answers.salaries.0.revenue" to its label and its value.

Paths are those of Problem and Change, so a page or a correction can name any item of a return.
"""

from dataclasses import replace
from typing import Any

from .form import Form, Item, load_form
from .model import HEADER_FIELDS, Return
from .problems import FilingError
from .shape import row_label, shape_problems

_BESIDE_FILER = ("address_jan1", "phone")


def label_of(tax_year: str, field: str) -> str:
    """Return the label of a field (項目名); raises FilingError for a path the form lacks."""
    item, prefix = _locate(load_form(tax_year), field)
    if item is None:
        return prefix
    return f"{prefix}の{item.label}" if prefix else item.label


def box_of(tax_year: str, field: str) -> str:
    """Return the box on paper (様式の欄), such as カ or ㉗; empty where the form prints none."""
    form = load_form(tax_year)
    item, _ = _locate(form, field)
    if item and item.box:
        return item.box
    parts = field.split(".")
    return form.group(parts[1]).box if parts[0] == "answers" else ""


def value_at(document: Return, field: str) -> Any:
    """Return the value of a field (項目の値), None where it is absent; raises FilingError."""
    _locate(load_form(document.tax_year), field)
    value: Any = document
    for part in field.split("."):
        if isinstance(value, list):
            value = value[int(part)] if int(part) < len(value) else None
        elif isinstance(value, dict):
            value = value.get(part)
        else:
            value = getattr(value, part, None)
    return value


def with_value(document: Return, field: str, value: Any) -> Return:
    """Return a copy with one answer changed (訂正); None takes the answer away.

    Only answers can be changed: the filer's own data come from the card. Raises FilingError for
    an unknown path, a row that is not there, or a value that the form cannot hold.
    """
    form = load_form(document.tax_year)
    _locate(form, field)
    parts = field.split(".")
    if parts[0] != "answers":
        raise FilingError(field, "申告する人の情報は、ここでは訂正できません。")
    changed = replace(document, answers=_set(document.answers, parts[1:], field, value))
    for problem in shape_problems(changed, form):
        if f"{problem.field}.".startswith(f"{field}."):
            raise FilingError(problem.field, problem.message)
    return changed


def _set(value: Any, parts: list[str], field: str, new: Any) -> Any:
    """A copy of nested answers in which one place is new; all beside it stays the same."""
    if not parts:
        return new
    head, rest = parts[0], parts[1:]
    if isinstance(value, list):
        index = int(head)
        if index >= len(value):
            raise FilingError(field, "その行はありません。行の番号を確かめてください。")
        return [*value[:index], _set(value[index], rest, field, new), *value[index + 1 :]]
    if value is None and head.isdecimal():
        raise FilingError(field, "その行はありません。行の番号を確かめてください。")
    copy = dict(value or {})
    copy[head] = _set(copy.get(head), rest, field, new)
    return {key: inner for key, inner in copy.items() if inner is not None}


def _locate(form: Form, field: str) -> tuple[Item | None, str]:
    """The item that a path names and what its label starts with; no item for a whole block."""
    parts = field.split(".")
    if parts[0] == "answers" and len(parts) > 1:
        return _locate_answer(form, field, parts[1:])
    if len(parts) == 1 and parts[0] in HEADER_FIELDS:
        return _item(form.header.items, parts[0], field), ""
    beside = parts[-1] in _BESIDE_FILER
    if len(parts) == (1 if beside else 2) and (beside or parts[0] == "filer"):
        return _item(form.filer.items, parts[-1], field), ""
    raise FilingError(field, "この様式にない項目です。")


def _locate_answer(form: Form, field: str, parts: list[str]) -> tuple[Item | None, str]:
    group = next((group for group in form.groups if group.code == parts[0]), None)
    if group and len(parts) == 1:
        return None, group.label
    if group and group.kind == "record" and len(parts) == 2:
        return _item(group.items, parts[1], field), group.label
    if group and group.kind == "rows" and len(parts) in (2, 3) and parts[1].isdecimal():
        name = row_label(group, int(parts[1]))
        return (_item(group.items, parts[2], field) if len(parts) == 3 else None), name
    raise FilingError(field, "この様式にない項目です。")


def _item(items: tuple[Item, ...], name: str, field: str) -> Item:
    for item in items:
        if item.code == name:
            return item
    raise FilingError(field, "この様式にない項目です。")
