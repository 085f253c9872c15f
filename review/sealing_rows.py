"""Sealing rows that are there (既存の行を封じる): for migrations of sealed columns.

What was in the open is sealed under its row's year and the open column dropped, in one
transaction. There is no way back: a key that is destroyed since has nothing to open.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import migrations
from django.db.migrations.operations.base import Operation

from config.keyring import KeyringError
from review import year_keys
from review.sealed_fields import Sealed, SealedField

BATCH = 5_000


def sealing(app: str, model: str, **fields: SealedField) -> list[Operation]:
    """Return what turns open columns of a model into sealed ones, with all that is in them.

    A trigger or constraint that names such a column has to be gone before, and come again after.
    """
    table = f"{app}_{model.lower()}"
    before = [f"ALTER TABLE {table} DISABLE TRIGGER USER"]
    before += [f'ALTER TABLE {table} ADD COLUMN "{name}_sealed" bytea' for name in fields]
    after = []
    for name, field in fields.items():
        after += [
            f'ALTER TABLE {table} DROP COLUMN "{name}"',
            f'ALTER TABLE {table} RENAME COLUMN "{name}_sealed" TO "{name}"',
        ]
        if not field.null:
            after.append(f'ALTER TABLE {table} ALTER COLUMN "{name}" SET NOT NULL')
    after.append(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    def fill(apps: Any, schema_editor: Any) -> None:
        _fill(apps.get_model(app, model), fields, schema_editor.connection)

    return [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(";\n".join(before)),
                migrations.RunPython(fill),
                migrations.RunSQL(";\n".join(after)),
            ],
            state_operations=[
                migrations.AlterField(model, name, field) for name, field in fields.items()
            ],
        )
    ]


def rebinding(app: str, model: str, **fields: SealedField) -> list[Operation]:
    """Return what binds sealed columns to other names of their rows, with all that is in them.

    What does not open any more stays as it is: its year's key is destroyed.
    """
    table = f"{app}_{model.lower()}"

    def bind(apps: Any, schema_editor: Any) -> None:
        found = apps.get_model(app, model)
        _store(found, fields, "", _bound(found, fields), schema_editor.connection)

    return [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"ALTER TABLE {table} DISABLE TRIGGER USER"),
                migrations.RunPython(bind),
                migrations.RunSQL(f"ALTER TABLE {table} ENABLE TRIGGER USER"),
            ],
            state_operations=[
                migrations.AlterField(model, name, field) for name, field in fields.items()
            ],
        )
    ]


def _fill(model: Any, fields: dict[str, SealedField], connection: Any) -> None:
    _store(model, fields, "_sealed", _sealed(model, fields), connection)


def _store(
    model: Any,
    fields: dict[str, SealedField],
    suffix: str,
    rows: Iterator[tuple[Any, ...]],
    connection: Any,
) -> None:
    """Set the columns of the names with a suffix to what the rows say: a key and a value each."""
    key = model._meta.pk
    columns = list(fields)
    sets = ", ".join(f'"{name}{suffix}" = v."{name}"' for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    arrays = ", ".join([f"%s::{key.rel_db_type(connection)}[]", *(["%s::bytea[]"] * len(columns))])
    statement = (
        f"UPDATE {model._meta.db_table} t SET {sets}"  # noqa: S608
        f" FROM unnest({arrays}) AS v(pk, {names}) WHERE t.{key.column} = v.pk"
    )
    with connection.cursor() as cursor:
        while batch := list(islice(rows, BATCH)):
            cursor.execute(statement, [list(column) for column in zip(*batch, strict=True)])


def _sealed(model: Any, fields: dict[str, SealedField]) -> Iterator[tuple[Any, ...]]:
    """Yield the key of each row and its sealed values."""
    for values in _rows(model, fields, fields.values()):
        yield values["pk"], *(_value(field, values[name], values) for name, field in fields.items())


def _bound(model: Any, fields: dict[str, SealedField]) -> Iterator[tuple[Any, ...]]:
    """Yield the key of each row and its values, sealed for its new name."""
    olds = {name: model._meta.get_field(name) for name in fields}
    for values in _rows(model, fields, [*olds.values(), *fields.values()]):
        yield (
            values["pk"],
            *(_renamed(old, fields[name], values[name], values) for name, old in olds.items()),
        )


def _renamed(
    old: SealedField, new: SealedField, sealed: Sealed | None, values: dict[str, Any]
) -> bytes | None:
    if sealed is None:
        return None
    try:
        opened = old.open(sealed, old.row_name(values))
    except KeyringError:
        if year_keys.is_destroyed(sealed.data):
            return sealed.data
        # Its key is only not seen from here, such as a folder that is not mounted.
        raise
    return _value(new, opened, values)


def _rows(
    model: Any, fields: Iterable[str], columns: Iterable[SealedField]
) -> Iterator[dict[str, Any]]:
    """Yield key, fields and all that the years and names of the columns ask for, row by row."""
    paths = {path for column in columns for path in (column.year, *column.row_paths)}
    names = ["pk", *fields, *sorted(paths - {"pk", *fields})]
    for row in model.objects.order_by("pk").values_list(*names).iterator(BATCH):
        yield dict(zip(names, row, strict=True))


def _value(field: SealedField, value: Any, values: dict[str, Any]) -> bytes | None:
    if value is None:
        return None
    name = field.row_name(values)
    return field.seal(value, tax_year=values[field.year], row=name).data
