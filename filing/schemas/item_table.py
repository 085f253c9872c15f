"""Makes the table of items (項目一覧) for the documentation from the form definition."""

from collections.abc import Iterator, Mapping

from filing.boxes import PaperBox, paper_boxes
from filing.form import Form, Group, Item

HEADING = """# Items of the return (申告書の項目)

Made from `filing/forms/*.toml` and `filing/boxes.toml` by `python -m filing.schemas`; do not edit.
Path: the field as problems, differences and corrections name it. Box: where it stands on paper.
"""
_COLUMNS = "| path | label | box | type | required | choices |\n|---|---|---|---|---|---|"


def item_table(form: Form) -> str:
    """Return the items of one year's form (様式) as a Markdown section."""
    limits = ", ".join(f"{name} {yen:,}" for name, yen in form.limits.items())
    lines = [
        f"## {form.tax_year}: {form.title}",
        f"Namespace `{form.namespace}`. Limits in yen: {limits}.",
        _COLUMNS,
        *_rows(form),
        "Boxes that the tax engine fills: "
        + ", ".join(f"{box.box} {box.label} (`{box.result}`)" for box in form.computed)
        + ".",
    ]
    return "\n\n".join([*lines[:2], "\n".join(lines[2:-1]), lines[-1]]) + "\n"


def box_table() -> str:
    """Return every box of the paper return with where it is asked (欄の対応表), as Markdown."""
    lines = [
        "## Every box on paper, and where it is asked",
        "",
        "| sheet | box | asked, computed, or why not |",
        "|---|---|---|",
        *(f"| {box.sheet} | {box.box} | {_answer_to(box)} |" for box in paper_boxes()),
    ]
    return "\n".join(lines) + "\n"


def _answer_to(box: PaperBox) -> str:
    parts = [
        f"page `{box.page}/`" if box.page else "",
        f"`{box.item}`" if box.item else "",
        f"computed: `{box.result}`" if box.result else "",
        box.reason,
    ]
    return "; ".join(part for part in parts if part)


def _rows(form: Form) -> Iterator[str]:
    for item in form.header.items:
        yield _row(item.code, item, item.box)
    for item in form.filer.items:
        beside = item.code in ("address_jan1", "phone")
        yield _row(item.code if beside else f"filer.{item.code}", item, item.box)
    for group in form.groups:
        yield from _group_rows(group)


def _group_rows(group: Group) -> Iterator[str]:
    path = f"answers.{group.code}"
    place = path if group.kind in ("code", "record") else f"{path}.N"
    if not group.items:
        yield f"| `{place}` | {group.label} | {group.box} | code |  | {_shown(group.choices)} |"
    for item in group.items:
        yield _row(f"{place}.{item.code}", item, item.box or group.box)


def _row(path: str, item: Item, box: str) -> str:
    kind = f"{item.type} ≤ {item.max_length}" if item.max_length else item.type
    required = "" if item.optional else ("may be empty" if item.empty else "yes")
    return f"| `{path}` | {item.label} | {box} | {kind} | {required} | {_shown(item.choices)} |"


def _shown(choices: Mapping[str, str]) -> str:
    return "、".join(f"`{code}` {label}" for code, label in choices.items())
