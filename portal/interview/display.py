"""A stored answer as a person reads it."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from config.days import day_words
from config.fields import MoneyField


def display(formfield: forms.Field, value: Any) -> str:
    """Return a stored answer as a person reads it; an amount of nothing is left out."""
    if isinstance(formfield, MoneyField):
        return _("%(amount)s円") % {"amount": f"{value:,}"} if value or formfield.required else ""
    if value in (None, "", []):
        return ""
    if type(formfield) is forms.BooleanField:
        return _("該当する") if value else ""
    if isinstance(formfield, forms.ChoiceField):
        choices: Any = formfield.choices
        told = getattr(formfield, "told", {})
        words = {str(code): str(told.get(code, word)) for code, word in choices}
        chosen = value if isinstance(value, list) else [value]
        if isinstance(value, bool):
            chosen = ["yes" if value else "no"]
        return _("、").join(words[code] for code in chosen if code in words)
    if isinstance(formfield, forms.DateField):
        return day_words(date.fromisoformat(value))
    return str(value)
