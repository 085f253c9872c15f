"""The return on the case page (申告書の表示): block by block, findings inline, numbers masked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from filing import Group, Item, Return, Value, diff, load_form
from filing.eras import to_era
from filing.model import filer_values
from filing.numbers import mask_personal_number

if TYPE_CHECKING:
    # For types alone: the walk through the portal looks at what review shows, without its tables.
    from review.cases.models import Case, Tick

_BESIDE_FILER = ("address_jan1", "phone")


@dataclass
class Row:
    """One item: label, box on paper, value as shown (or a yen amount), findings about it."""

    label: str
    box: str
    value: str = ""
    amount: int | None = None
    findings: list[Mapping[str, Any]] = field(default_factory=list)


@dataclass
class Block:
    """One block of the form, or one entry of a list."""

    title: str
    rows: list[Row]
    findings: list[Mapping[str, Any]] = field(default_factory=list)
    # The part's path in the return: filer, answers.salaries.0; empty where it is none.
    code: str = ""
    # Who held it against what (照合の記録).
    ticks: list[Tick] = field(default_factory=list)

    @property
    def worst(self) -> str:
        """Return the level of the gravest finding in the block, empty where there is none."""
        levels = {f["level"] for f in self.findings}
        levels |= {f["level"] for row in self.rows for f in row.findings}
        return next((level for level in ("error", "warning") if level in levels), "")


def blocks_of(document: Return, findings: Iterable[Mapping[str, Any]]) -> list[Block]:
    """Return the filled blocks of a return in the form's order; the filer comes first."""
    form = load_form(document.tax_year)
    by_field: dict[str, list[Mapping[str, Any]]] = {}
    for finding in findings:
        by_field.setdefault(finding["field"], []).append(finding)
    blocks = [_filer_block(form.filer.label, form.filer.items, document, by_field)]
    for group in form.groups:
        value = document.answers.get(group.code)
        if value not in (None, [], {}):
            blocks += _group_blocks(group, value, by_field)
    if by_field:
        # What no shown item has a place for stands at the end: no finding is ever lost.
        left = [finding for entries in by_field.values() for finding in entries]
        blocks.append(Block(_("全体"), [], left))
    return blocks


def ticked(blocks: list[Block], case: Case) -> list[Block]:
    """Add to each block who held it against what proves it (SHK-07)."""
    by_item: dict[str, list[Tick]] = {}
    for one in case.ticks.select_related("by").order_by("id"):
        by_item.setdefault(one.item, []).append(one)
    for block in blocks:
        block.ticks = by_item.get(block.code, [])
    return blocks


def _filer_block(
    title: str,
    items: Iterable[Item],
    document: Return,
    by_field: dict[str, list[Mapping[str, Any]]],
) -> Block:
    values = filer_values(document)
    rows = []
    for item in items:
        path = item.code if item.code in _BESIDE_FILER else f"filer.{item.code}"
        rows.append(_row(item, values.get(item.code), by_field.pop(path, [])))
    return Block(title, rows, code="filer")


def _group_blocks(
    group: Group, value: Any, by_field: dict[str, list[Mapping[str, Any]]]
) -> list[Block]:
    path = f"answers.{group.code}"
    own = by_field.pop(path, [])
    if group.kind in ("code", "codes"):
        codes = value if isinstance(value, list) else [value]
        shown = "、".join(group.choices.get(code, code) for code in codes)
        return [Block(group.label, [Row(group.label, "", shown)], own, path)]
    if group.kind == "record":
        return [Block(group.label, _rows(group, path, value, by_field), own, path)]
    blocks = [
        Block(
            f"{group.label} {n}",
            _rows(group, f"{path}.{n - 1}", row, by_field),
            code=f"{path}.{n - 1}",
        )
        for n, row in enumerate(value, start=1)
    ]
    blocks[0].findings += own
    return blocks


def _rows(
    group: Group, path: str, record: Mapping[str, Any], by_field: dict[str, Any]
) -> list[Row]:
    rows = []
    for item in group.items:
        findings = by_field.pop(f"{path}.{item.code}", [])
        value = record.get(item.code)
        if findings or value not in (None, ""):
            rows.append(_row(item, value, findings))
    return rows


def _row(item: Item, value: Any, findings: list[Mapping[str, Any]]) -> Row:
    # On paper some items have their own name for a box: saying it twice helps nobody.
    box = "" if item.box in item.label or item.label.endswith(item.box) else item.box
    row = Row(item.label, box, findings=findings)
    if item.type == "money":
        row.amount = value
    elif item.type == "personal_number":
        row.value = mask_personal_number(value or "")
    elif item.type == "date":
        row.value = day_text(value)
    elif item.type == "flag":
        row.value = _("該当する") if value else _("該当しない")
    else:
        row.value = item.choices.get(str(value), str(value or ""))
    return row


def changes_of(before: Return, after: Return) -> list[dict[str, str | None]]:
    """Return what differs between two versions (新旧対照), written as the page writes it."""
    return [
        {"label": change.label, "old": _shown(change.old), "new": _shown(change.new)}
        for change in diff(before, after)
    ]


def _shown(value: Value) -> str | None:
    match value:
        case int():
            return _("%(amount)s円") % {"amount": f"{value:,}"}
        case date():
            return day_text(value.isoformat())
        case None | str():
            return value
    return "・".join(value)


def day_text(value: str | None) -> str:
    """Write an ISO day in its era (和暦); anything else as it stands."""
    try:
        return to_era(date.fromisoformat(value or ""))
    except ValueError:
        return value or ""
