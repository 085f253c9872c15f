"""The form of a year as form fields (様式の入力欄): made from filing's definition, nothing by hand.

A field is named after its place: `filer-name`, `salaries-0-revenue`, `income_kinds`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from config.fields import EraDateField, MoneyField, PersonalNumberField
from filing import Form, Group, Item

BESIDE_FILER = ("address_jan1", "phone")
UNCHOSEN = ("", "—")
#: Flags of which "no" counts otherwise than nothing said: unsaid, the law's generous way is taken
#: with a warning.
THREE_VALUED = ("abroad_papers", "business_scale", "business_asset")


@dataclass(frozen=True)
class Place:
    """Where an item stands: the field's name in the page, its path in the return."""

    name: str
    path: str
    item: Item


def filer_places(form: Form) -> Iterator[Place]:
    """Yield the places of the filer (申告する人)."""
    for item in form.filer.items:
        beside = item.code in BESIDE_FILER
        path = item.code if beside else f"filer.{item.code}"
        yield Place(f"filer-{item.code}", path, item)


def group_places(group: Group, rows: int) -> Iterator[list[Place]]:
    """Yield the places of a block, row by row; a record is one row, choices have none."""
    if group.kind == "record":
        yield [
            Place(f"{group.code}-{item.code}", f"answers.{group.code}.{item.code}", item)
            for item in group.items
        ]
    elif group.kind == "rows":
        for n in range(rows):
            yield [
                Place(
                    f"{group.code}-{n}-{item.code}", f"answers.{group.code}.{n}.{item.code}", item
                )
                for item in group.items
            ]


def field_of(item: Item, *, required: bool = False) -> forms.Field:
    """Return the form field for an item. What is missing on paper may be missing here."""
    label = f"{item.label}({item.box})" if item.box and item.box not in item.label else item.label
    options: dict[str, Any] = {"label": label, "required": required}
    if item.type == "money":
        return MoneyField(**options)
    if item.type == "date":
        return EraDateField(**options)
    if item.type == "count":
        return forms.IntegerField(min_value=1, max_value=9999, **options)
    if item.code in THREE_VALUED:
        return forms.TypedChoiceField(
            choices=[UNCHOSEN, ("True", _("はい")), ("False", _("いいえ"))],
            coerce=lambda chosen: chosen == "True",
            empty_value=None,
            help_text=_("紙から分からなければ「—」のままにします。"),
            **options,
        )
    if item.type == "flag":
        return forms.BooleanField(label=label, required=False)
    if item.type == "code":
        return forms.ChoiceField(choices=[UNCHOSEN, *item.choices.items()], **options)
    if item.type == "personal_number":
        return PersonalNumberField(
            help_text=_("入力した番号は画面に戻りません。確認する人も紙を見て入力します。"),
            **options,
        )
    # Names are kept as they stand on paper, blanks inside included.
    width = min(item.max_length or 20, 40)
    return forms.CharField(
        max_length=item.max_length or 40, widget=forms.TextInput({"size": width}), **options
    )


def choices_of(group: Group) -> forms.Field:
    """Return the form field for a block that is a choice by itself."""
    if group.kind == "codes":
        return forms.MultipleChoiceField(
            label=group.label,
            required=False,
            choices=list(group.choices.items()),
            widget=forms.CheckboxSelectMultiple,
        )
    return forms.ChoiceField(
        label=group.label, required=False, choices=[UNCHOSEN, *group.choices.items()]
    )


def plain(value: Any) -> Any:
    """Return a cleaned value as the answers hold it: days as ISO text."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def record_of(places: list[Place], cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed into a row; nothing stands for what was left empty."""
    values = {place.item.code: plain(cleaned.get(place.name)) for place in places}
    return {code: value for code, value in values.items() if _is_told(code, value)}


def _is_told(code: str, value: Any) -> bool:
    if value is False:
        return code in THREE_VALUED
    return value not in (None, "")
