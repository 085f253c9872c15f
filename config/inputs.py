"""Boxes and lists of forms, written as Django's own templates write them, without a template each.

A list of fifty choices is fifty templates one inside the other there, and a page has eight.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from config.markup import escaped, markup

# Half widths of a label in one of two columns at 360 px, beside its button.
SIDE_BY_SIDE = 10


@dataclass(frozen=True)
class Fold:
    """The name of a group of choices that few need: it opens in place."""

    title: Any


def _attributes(given: Mapping[str, Any]) -> SafeString:
    """Write attributes; their names are never typed by anybody."""
    written = [
        f" {name}" if value is True else f' {name}="{escaped(value)}"'
        for name, value in given.items()
        if value is not False
    ]
    return SafeString("".join(written))


def _box(widget: Mapping[str, Any]) -> SafeString:
    value = "" if widget["value"] is None else f' value="{escaped(widget["value"])}"'
    head = f'<input type="{widget["type"]}" name="{escaped(widget["name"])}"'
    return SafeString(f"{head}{value}{_attributes(widget['attrs'])}>")


def _list(widget: Mapping[str, Any]) -> SafeString:
    head = markup('<select name="{}"{}>', widget["name"], _attributes(widget["attrs"]))
    groups = "".join(_group(name, options) for name, options, _index in widget["optgroups"])
    return mark_safe(f"{head}{groups}\n</select>")  # noqa: S308


def _choices(widget: Mapping[str, Any]) -> SafeString:
    """Write cards to choose from (radio buttons, checkboxes) as this site shows them."""
    attributes = widget["attrs"]
    kind, place = attributes.get("class"), attributes.get("id")
    head = markup(
        '<div class="choices{}"{}{}>',
        f" {kind}" if kind else "",
        markup(' id="{}"', place) if place else "",
        mark_safe(" data-pair") if _is_pair(widget["optgroups"]) else "",
    )
    return mark_safe(  # noqa: S308
        head
        + "".join(_cards(name, options) for name, options, _index in widget["optgroups"])
        + "\n</div>"
    )


def _is_pair(groups: list[Any]) -> bool:
    """Tell whether there are two answers so short that they fit side by side on a phone."""
    options = [one for _name, options, _index in groups for one in options]
    return len(options) == 2 and all(_width(str(one["label"])) <= SIDE_BY_SIDE for one in options)


def _width(text: str) -> int:
    """Return how wide a text is in half widths."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _cards(name: Any, options: list[dict[str, Any]]) -> str:
    if isinstance(name, Fold):
        return _fold(name, options)
    title = markup('\n  <p class="choices__group">{}</p>', name) if name else ""
    return title + "".join(
        markup(
            '\n  <label class="choice"{}>{}<span class="choice__text">{}</span></label>',
            markup(' for="{}"', one["attrs"]["id"]) if one["attrs"].get("id") else "",
            _box(one),
            one["label"],
        )
        for one in options
    )


def _fold(fold: Fold, options: list[dict[str, Any]]) -> str:
    """Write a group that opens in place; open where one of it is chosen."""
    head = markup(
        '\n  <details class="choices__fold"{}><summary>{}</summary><div class="choices">',
        mark_safe(" open") if any(one["selected"] for one in options) else "",
        fold.title,
    )
    return f"{head}{_cards(None, options)}</div></details>"


def _money(widget: Mapping[str, Any]) -> SafeString:
    """Write a box for yen with its unit."""
    return markup(
        '<span class="money">{}<span class="money__unit">{}</span></span>', _box(widget), _("円")
    )


def _group(name: Any, options: list[dict[str, Any]]) -> str:
    written = "".join(
        f'\n  <option value="{escaped(one["value"])}"{_attributes(one["attrs"])}>'
        f"{escaped(one['label'])}</option>\n"
        for one in options
    )
    if not name:
        return written
    return f'\n  <optgroup label="{escaped(name)}">{written}\n  </optgroup>'


WRITERS: dict[str, Callable[[Mapping[str, Any]], SafeString]] = {
    f"django/forms/widgets/{kind}.html": _box
    for kind in ("text", "number", "email", "password", "hidden", "file", "checkbox", "date")
} | {
    "django/forms/widgets/select.html": _list,
    "django/forms/widgets/radio.html": _choices,
    "django/forms/widgets/checkbox_select.html": _choices,
    "forms/money.html": _money,
}


def written(template_name: str, context: Mapping[str, Any]) -> SafeString | None:
    """Return the widget as HTML; None for one that only its template can write."""
    writer = WRITERS.get(template_name)
    return writer(context["widget"]) if writer else None
