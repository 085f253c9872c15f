"""Columns sealed under the key of their year (年度の鍵で封じた列): names and texts about people.

Such a column holds bytes. Which year's key seals a value, and to which row it is bound, follows
from other columns, which the field names: a value that is moved to another row does not open. It
opens when it is first looked at, so that lists which do not show it pay nothing.

The database cannot read these columns. What SQL has to read stands in a column of its own, and a
query that compares, orders by or sets a sealed one is refused, never answered with nothing.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from string import Formatter
from typing import Any, ClassVar

from django.apps import apps
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Exact
from django.db.models.query_utils import DeferredAttribute

from review import year_keys

#: JSON without blanks; one encoder, which costs less than one each time.
as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value as the database has it; what is in it is shown nowhere by accident."""

    data: bytes

    def __repr__(self) -> str:
        return f"<sealed, {len(self.data)} bytes>"

    def deconstruct(self) -> tuple[str, tuple[bytes], dict[str, Any]]:
        """Return how a migration writes it down: EMPTY stands in constraints."""
        return "review.sealed_fields.Sealed", (self.data,), {}


#: No text: there is nothing to seal, and a constraint can ask for it.
EMPTY = Sealed(b"")


class _Opening(DeferredAttribute):
    """Opens the value of a row when it is looked at, and keeps it on the row."""

    field: "SealedField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        value = instance.__dict__[name] if name in instance.__dict__ else super().__get__(instance)
        if isinstance(value, Sealed):
            value = self.field.open(value, self.field.row_of(instance))
            instance.__dict__[name] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(models.Field):
    """A column sealed under the key of its row's year (封じた列).

    `year` is the path to the 課税年度, `row` the name of the row: a text with paths in braces, all
    of which are fixed before the row is saved first, and which no two rows of a year share.
    """

    descriptor_class: ClassVar[type[_Opening]] = _Opening  # type: ignore[misc]
    empty_strings_allowed = False

    def __init__(self, *args: Any, year: str = "", row: str = "", **kwargs: Any) -> None:
        self.year, self.row = year, row
        self.row_paths = [name for _text, name, _spec, _how in Formatter().parse(row) if name]
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, kwargs | {"year": self.year, "row": self.row}

    def get_internal_type(self) -> str:
        return "BinaryField"

    def seal(self, value: Any, *, tax_year: str, row: str) -> Sealed:
        """Seal a value for the row of that name."""
        return Sealed(year_keys.encrypt(self.packed(value), tax_year=tax_year, row=row))

    def open(self, sealed: Sealed, row: str) -> Any:
        """Open a value; KeyringError where it is another row's, or its year's key is destroyed."""
        return self.unpacked(year_keys.decrypt(sealed.data, row=row))

    def packed(self, value: Any) -> bytes:
        raise NotImplementedError

    def unpacked(self, plain: bytes) -> Any:
        raise NotImplementedError

    def row_name(self, values: Mapping[str, Any]) -> str:
        """Return the name of a row of which these are the columns in `row_paths`."""
        return self.row.format_map({path: _named(values[path]) for path in self.row_paths})

    def row_of(self, instance: models.Model) -> str:
        """Return the name of a row."""
        return self.row_name({path: _follow(instance, path) for path in self.row_paths})

    def sealed_of(self, instance: models.Model) -> Sealed | None:
        """Return what is to be stored for a row: sealed now, unless nobody looked at it."""
        value = instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        return self.seal(value, tax_year=_follow(instance, self.year), row=self.row_of(instance))

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        if add and isinstance(model_instance.__dict__.get(self.attname), Sealed):
            # A copy of a row under another name: opened for the old one or, here, not at all.
            getattr(model_instance, self.attname)
        return self.sealed_of(model_instance)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value is None or isinstance(value, Sealed):
            return value
        raise TypeError(
            f"{self.name} is sealed: save the row, or set what sealed_of() returns for it"
        )

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        found = self.get_prep_value(value)
        return None if found is None else connection.Database.Binary(found.data)

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def value_to_string(self, obj: models.Model) -> Any:
        # Where a row is written elsewhere as it stands (the outside-storage file), it is opened.
        return self.value_from_object(obj)

    def get_lookup(self, lookup_name: str) -> Any:
        # Two sealings of one text differ: only whether there is a value can be asked.
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        if lookup_name == "exact":
            return _IsEmpty
        raise FieldError(f"{self.name} is sealed: the database cannot compare it ({lookup_name})")

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self.name} is sealed: the database cannot look into it ({lookup_name})")


class _IsEmpty(Exact):
    """The one value of a sealed column that the database knows: no text at all."""

    def get_prep_lookup(self) -> Any:
        if self.rhs != EMPTY:
            raise FieldError("a sealed column can only be compared with EMPTY")
        return self.rhs


class SealedJSONField(SealedField):
    """A JSON value, sealed as a whole."""

    def packed(self, value: Any) -> bytes:
        return as_json(value).encode()

    def unpacked(self, plain: bytes) -> Any:
        return json.loads(plain.decode())


class SealedTextField(SealedField):
    """A text, sealed; an empty one stays empty. `max_length` counts its characters in forms."""

    def seal(self, value: Any, *, tax_year: str, row: str) -> Sealed:
        return super().seal(value, tax_year=tax_year, row=row) if value else EMPTY

    def open(self, sealed: Sealed, row: str) -> Any:
        return super().open(sealed, row) if sealed.data else ""

    def packed(self, value: Any) -> bytes:
        return str(value).encode()

    def unpacked(self, plain: bytes) -> Any:
        return plain.decode()


def sealed_field(model: type[models.Model], name: str) -> SealedField:
    """Return a sealed column of a model."""
    found = model._meta.get_field(name)
    assert isinstance(found, SealedField)
    return found


def sealed_fields() -> Iterator[tuple[type[models.Model], SealedField]]:
    """Yield every sealed column of the zone, table by table."""
    for model in sorted(apps.get_models(), key=lambda found: found._meta.label):
        for found in model._meta.local_fields:
            if isinstance(found, SealedField):
                yield model, found


def opened(
    rows: "models.QuerySet[Any]", *paths: str, chunk: int = 2_000
) -> Iterator[tuple[Any, ...]]:
    """Read columns of many rows, as values_list does, sealed ones opened; streamed.

    A path may lead into a sealed JSON value (content__payer); what is not there is None.
    """
    inner = [_sealed_path(rows.model, path) for path in paths]
    columns = {found[0].name: found[0] for found in inner if found}
    asked = [found[0].name if found else path for found, path in zip(inner, paths, strict=True)]
    names = list(dict.fromkeys([*asked, *(p for c in columns.values() for p in c.row_paths)]))
    for row in rows.values_list(*names).iterator(chunk):
        values = dict(zip(names, row, strict=True))
        plain = {
            name: None
            if values[name] is None
            else column.open(values[name], column.row_name(values))
            for name, column in columns.items()
        }
        yield tuple(
            _inside(plain.get(name), found[1]) if found else values[name]
            for name, found in zip(asked, inner, strict=True)
        )


def _sealed_path(model: type[models.Model], path: str) -> tuple[SealedField, list[str]] | None:
    """Return the sealed column that a path leads to, and the keys within its value."""
    name, *keys = path.split("__")
    own = {found.name: found for found in model._meta.local_fields}
    found = own.get(name)
    return (found, keys) if isinstance(found, SealedField) else None


def _inside(value: Any, keys: list[str]) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _named(value: Any) -> Any:
    """Return how a value stands in a row's name: a moment as the database gives it back."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _follow(instance: Any, path: str) -> Any:
    for name in path.split("__"):
        instance = getattr(instance, name)
    return instance
