"""The difference of two versions of a return (新旧対照), item by item with labels."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .form import Form, Group, Item, Section, load_form
from .model import Return, filer_values, header_values
from .numbers import mask_personal_number
from .shape import row_label

# What every version has anew says nothing to the reader.
_TECHNICAL = {"filing_id", "version", "challenge", "prepared_on", "purpose_version", "tax_year"}


# Yen; a day; the form's words for a choice; a text as it was typed; None where there is none.
Value = int | date | tuple[str, ...] | str | None


@dataclass(frozen=True)
class Change:
    """One changed item (変更点): what stood there and what stands there, each read by its type."""

    field: str
    label: str
    old: Value
    new: Value


def diff(old: Return, new: Return) -> list[Change]:
    """Return what differs (新旧対照) in the order of the newer form; 個人番号 are masked.

    Rows are recognised by their key (payer, name and birth date), so that a row put in front does
    not change all the others; `field` is the place in the newer version, or the old one if removed.
    """
    form = load_form(new.tax_year)
    return [
        *_section(form.header, "", header_values(old), header_values(new)),
        *_section(form.filer, "filer.", filer_values(old), filer_values(new)),
        *_answers(form, old.answers, new.answers),
    ]


def _section(
    section: Section, prefix: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Change]:
    for item in section.items:
        if item.code not in _TECHNICAL:
            path = item.code if item.code in ("address_jan1", "phone") else prefix + item.code
            yield from _item(item, path, item.label, old.get(item.code), new.get(item.code))


def _answers(form: Form, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for group in form.groups:
        path = f"answers.{group.code}"
        before, after = old.get(group.code), new.get(group.code)
        if group.kind in ("code", "codes"):
            shown = (_choices(group, before), _choices(group, after))
            if shown[0] != shown[1]:
                yield Change(path, group.label, *shown)
        elif group.kind == "record":
            yield from _record(group, path, group.label, before or {}, after or {})
        else:
            yield from _rows(group, path, before or [], after or [])


def _record(
    group: Group, path: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Change]:
    for item in group.items:
        label = f"{name}の{item.label}"
        yield from _item(item, f"{path}.{item.code}", label, old.get(item.code), new.get(item.code))


def _rows(
    group: Group, path: str, old: list[dict[str, Any]], new: list[dict[str, Any]]
) -> Iterator[Change]:
    partners = _pair(group, old, new)
    for index, row in enumerate(new):
        before = old[partners[index]] if index in partners else {}
        yield from _record(group, f"{path}.{index}", row_label(group, index), before, row)
    for index, row in enumerate(old):
        if index not in partners.values():
            name = f"{row_label(group, index)}(削除)"
            yield from _record(group, f"{path}.{index}", name, row, {})


def _pair(group: Group, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> dict[int, int]:
    """Which new row continues which old one: by key first, then what is left by its order."""
    partners: dict[int, int] = {}
    free = list(range(len(old)))
    for index, row in enumerate(new):
        same = next((i for i in free if _key(group, old[i]) == _key(group, row)), None)
        if same is not None:
            partners[index] = same
            free.remove(same)
    left = [index for index in range(len(new)) if index not in partners]
    return partners | dict(zip(left, free, strict=False))


def _key(group: Group, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(code) for code in group.key)


def _item(item: Item, path: str, label: str, old: Any, new: Any) -> Iterator[Change]:
    # Nothing and the empty answer look the same to the reader.
    if (old if old != "" else None) != (new if new != "" else None):
        yield Change(path, label, _shown(item, old), _shown(item, new))


def _shown(item: Item, value: Any) -> Value:
    if value is None or value == "":
        return None
    if item.type == "personal_number":
        return mask_personal_number(value)
    if item.type == "flag":
        return ("該当する",) if value else ("該当しない",)
    if item.choices:
        return (item.choices.get(value, value),)
    if item.type == "date":
        return _day(value)
    return int(value) if item.type == "money" else str(value)


def _day(value: str) -> date | str:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


def _choices(group: Group, value: Any) -> Value:
    if value is None:
        return None
    codes = value if isinstance(value, list) else [value]
    return tuple(group.choices.get(code, code) for code in codes) or ("なし",)
