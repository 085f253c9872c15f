"""Checks that nobody stands in the return twice (個人番号・人の重複)."""

from collections.abc import Iterator
from typing import Any

from filing.form import Form
from filing.model import Return
from filing.people import who
from filing.problems import Problem
from filing.shape import row_label

_Entry = tuple[str, str, dict[str, Any]]


def number_problems(document: Return, form: Form) -> Iterator[Problem]:
    """Yield people or 個人番号 that stand there twice (重複); the message never holds a number."""
    seen_numbers: dict[str, str] = {}
    seen_people: dict[tuple[str, str], str] = {}
    for path, name, row in _people(document, form):
        number = row.get("personal_number")
        if number and number in seen_numbers:
            message = (
                f"{name}の個人番号が{seen_numbers[number]}と同じです。どちらかを直してください。"
            )
            yield Problem(f"{path}.personal_number", "number_twice", message)
        person = who(row)
        if all(person) and person in seen_people:
            message = f"{name}は{seen_people[person]}と同じ人のようです。どちらかを消してください。"
            yield Problem(f"{path}.name", "person_twice", message)
        seen_numbers.setdefault(number or "", name)
        seen_people.setdefault(person, name)


def _people(document: Return, form: Form) -> Iterator[_Entry]:
    filer = document.filer
    yield (
        "filer",
        "申告する人",
        {
            "name": filer.name,
            "birth_date": filer.birth_date.isoformat(),
            "personal_number": filer.personal_number,
        },
    )
    if document.answers.get("spouse"):
        yield "answers.spouse", form.group("spouse").label, document.answers["spouse"]
    for index, row in enumerate(document.answers.get("relatives") or []):
        yield f"answers.relatives.{index}", row_label(form.group("relatives"), index), row
