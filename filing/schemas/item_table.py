"""Makes the table of items (項目一覧) for the documentation from the form definition."""

from collections.abc import Iterator

from filing.form import Form, Group, Item

HEADING = """# Items of the return (申告書の項目)

Made from `filing/forms/*.toml` by `python -m filing.schemas`; do not edit.
Path: the field as problems, differences and corrections name it. Box: where it stands on paper.
"""
_COLUMNS = (
    "| path | element | label | box | type | required | choices |\n|---|---|---|---|---|---|---|"
)


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


def _rows(form: Form) -> Iterator[str]:
    for item in form.header.items:
        yield _row(item.code, f"{form.header.element}/{item.element}", item, item.box)
    for item in form.filer.items:
        beside = item.code in ("address_jan1", "phone")
        path = item.code if beside else f"filer.{item.code}"
        yield _row(path, f"{form.filer.element}/{item.element}", item, item.box)
    for group in form.groups:
        yield from _group_rows(group)


def _group_rows(group: Group) -> Iterator[str]:
    path, element = f"answers.{group.code}", group.element
    if not group.items:
        path, element = (f"{path}.N", f"{element}/{group.row}") if group.row else (path, element)
        choices = "、".join(f"`{code}` {label}" for code, label in group.choices.items())
        yield f"| `{path}` | {element} | {group.label} | {group.box} | code |  | {choices} |"
    many = group.kind == "rows"
    for item in group.items:
        place = f"{path}.N.{item.code}" if many else f"{path}.{item.code}"
        inside = f"{element}/{group.row}" if many else element
        yield _row(place, f"{inside}/{item.element}", item, item.box or group.box)


def _row(path: str, element: str, item: Item, box: str) -> str:
    choices = "、".join(f"`{code}` {label}" for code, label in item.choices.items())
    kind = f"{item.type} ≤ {item.max_length}" if item.max_length else item.type
    required = "" if item.optional else ("may be empty" if item.empty else "yes")
    return f"| `{path}` | {element} | {item.label} | {box} | {kind} | {required} | {choices} |"
