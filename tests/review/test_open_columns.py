"""Every text of a year's tables is sealed, or in the open for a reason that is written down."""

import tomllib
from pathlib import Path

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from config import tables
from review.sealed_fields import sealed_fields

FILE = Path(__file__).parents[2] / "review" / "open_columns.toml"
OF_A_YEAR = ("resident-tax-return", "assessment")
TEXTS = (models.CharField, models.TextField, models.JSONField, ArrayField)


def decided():
    groups = tomllib.loads(FILE.read_text(encoding="utf-8"))["open"]
    assert all(group["why"] for group in groups)
    return [column for group in groups for column in group["columns"]]


def texts():
    """Yield the columns of the tables that go with a year which could hold words about somebody."""
    ours = {entry.model for entry in tables.decisions() if entry.rule in OF_A_YEAR}
    for model in apps.get_models():
        for field in model._meta.local_fields if model._meta.label in ours else ():
            plain = isinstance(field, TEXTS) and not field.choices and not field.is_relation
            if plain and field.name != "tax_year" and not field.name.endswith("_by"):
                yield f"{model._meta.label}.{field.name}"


def test_every_text_of_a_year_is_sealed_or_open_for_a_reason():
    assert sorted(texts()) == sorted(decided())


def test_no_sealed_column_is_named_as_open():
    sealed = {f"{model._meta.label}.{column.name}" for model, column in sealed_fields()}

    assert sealed.isdisjoint(decided())
    assert len(sealed) >= 18
