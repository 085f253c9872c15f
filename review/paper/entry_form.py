"""The return as it stands on paper (申告書の入力画面), block by block as the year's form has it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField

from config.context import load_municipality_file
from filing import Form, Group, Person, Return, load_form
from filing.shape import shape_problems
from review.paper.items import (
    Place,
    choices_of,
    field_of,
    filer_places,
    group_places,
    record_of,
)

MOST_ROWS = 20
# Without these nobody can say whose return it is.
NEEDED = ("name", "birth_date", "sex", "address")


@dataclass(frozen=True)
class Shown:
    """A block as the page shows it: title, its rows of fields, and whether rows can be added."""

    code: str
    title: str
    rows: list[list[BoundField]]
    grows: bool = False


class EntryForm(forms.Form):
    """One field for each item of the form (様式). Cleans to `document`, a Return."""

    document: Return

    def __init__(
        self, tax_year: str, data: Any = None, *, received_on: date, known: Return | None = None
    ) -> None:
        self.form: Form = _without_agent(load_form(tax_year))
        self.received_on = received_on
        self.rows = _rows(self.form, data, known)
        initial = _initial(self.form, self.rows, known) if known else None
        super().__init__(data, initial=initial)
        for place in filer_places(self.form):
            needed = place.item.code in NEEDED
            self.fields[place.name] = field_of(place.item, required=needed)
        for group in self.form.groups:
            if group.kind in ("code", "codes"):
                self.fields[group.code] = choices_of(group)
                continue
            for place in self._places(group):
                self.fields[place.name] = field_of(place.item)
            if group.kind == "rows":
                count = forms.IntegerField(widget=forms.HiddenInput, required=False)
                self.fields[f"rows-{group.code}"] = count
                self.initial[f"rows-{group.code}"] = self.rows[group.code]

    def _places(self, group: Group) -> list[Place]:
        rows = group_places(group, self.rows.get(group.code, 0))
        return [place for row in rows for place in row]

    def blocks(self) -> list[Shown]:
        """Return the fields as the page shows them, in the order of the form."""
        filer = [self[place.name] for place in filer_places(self.form)]
        shown = [Shown("filer", self.form.filer.label, [filer])]
        for group in self.form.groups:
            title = f"{group.label} {group.box}"
            if group.kind in ("code", "codes"):
                shown.append(Shown(group.code, title, [[self[group.code]]]))
                continue
            places = group_places(group, self.rows.get(group.code, 0))
            rows = [[self[place.name] for place in row] for row in places]
            shown.append(Shown(group.code, title, rows, grows=group.kind == "rows"))
        return shown

    def clean(self) -> dict[str, Any]:
        """Build the return and let the form's own definition say what it cannot hold."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        self.document = self._document(cleaned)
        names = self._names_by_path()
        for problem in shape_problems(self.document, self.form):
            self.add_error(names.get(problem.field), problem.message)
        return cleaned

    def _names_by_path(self) -> dict[str, str]:
        places = [*filer_places(self.form)]
        for group in self.form.groups:
            for number, row in enumerate(self._filled_rows(group, self.cleaned_data)):
                places += [replace(place, path=_moved(place, number, group)) for place in row]
        return {place.path: place.name for place in places}

    def _filled_rows(self, group: Group, cleaned: Mapping[str, Any]) -> list[list[Place]]:
        """Return the rows in which something stands: empty ones are no part of the return."""
        rows = list(group_places(group, self.rows.get(group.code, 0)))
        return [row for row in rows if record_of(row, cleaned)]

    def _document(self, cleaned: Mapping[str, Any]) -> Return:
        places = filer_places(self.form)
        filer: dict[str, Any] = {place.item.code: cleaned.get(place.name) for place in places}
        beside = {name: filer.pop(name, None) or "" for name in ("address_jan1", "phone")}
        city = load_municipality_file(settings.MUNICIPALITY_FILE)
        return Return(
            tax_year=self.form.tax_year,
            filing_id=str(uuid4()),
            version=1,
            challenge="paper",
            prepared_on=self.received_on,
            municipality_code=city["code"],
            filer=Person(**filer),
            purpose_version="paper",
            answers=self._answers(cleaned),
            **beside,
        )

    def _answers(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        answers: dict[str, Any] = {}
        for group in self.form.groups:
            if group.kind in ("code", "codes"):
                value: Any = cleaned.get(group.code)
            else:
                rows = [record_of(row, cleaned) for row in self._filled_rows(group, cleaned)]
                value = rows if group.kind == "rows" else next(iter(rows), None)
            if value:
                answers[group.code] = value
        return answers


def _without_agent(form: Form) -> Form:
    """Return the form without 代理人: who brings paper is confirmed with the identity documents."""
    return replace(form, groups=tuple(group for group in form.groups if group.code != "agent"))


def _moved(place: Place, number: int, group: Group) -> str:
    """Return the path of a place in the return, where empty rows before it are left out."""
    if group.kind != "rows":
        return place.path
    return f"answers.{group.code}.{number}.{place.item.code}"


def _rows(form: Form, data: Any, known: Return | None) -> dict[str, int]:
    """Return how many rows each list shows: what was posted, one more where asked for."""
    counts = {}
    for group in form.groups:
        if group.kind != "rows":
            continue
        filled = len((known.answers.get(group.code) or []) if known else [])
        posted = str((data or {}).get(f"rows-{group.code}", ""))
        count = int(posted) if posted.isdecimal() else filled
        count += bool(data) and data.get("add") == group.code
        counts[group.code] = min(max(count, 1), group.max_rows, MOST_ROWS)
    return counts


def _initial(form: Form, rows: Mapping[str, int], known: Return) -> dict[str, Any]:
    """Return what was typed before, for correcting it (差戻し); numbers are typed again."""
    values: dict[str, Any] = {}
    for place in filer_places(form):
        beside = place.path == place.item.code
        source = known if beside else known.filer
        values[place.name] = getattr(source, place.item.code)
    for group in form.groups:
        answer = known.answers.get(group.code)
        if group.kind in ("code", "codes"):
            values[group.code] = answer
            continue
        records = answer if isinstance(answer, list) else [answer or {}]
        for record, row in zip(records, group_places(group, rows.get(group.code, 1)), strict=False):
            values |= {place.name: record.get(place.item.code) for place in row}
    return values
