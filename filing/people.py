"""Who is who among the people of a return (同一人), by name and birth date."""

from collections.abc import Mapping
from typing import Any
from unicodedata import normalize


def who(person: Mapping[str, Any]) -> tuple[str, str]:
    """Return by what a person is known again (同一人): the name but for blanks and width, the day.

    The same name is typed with a blank of either width, or without one, on different pages.
    """
    name = normalize("NFKC", str(person.get("name") or ""))
    return "".join(name.split()), str(person.get("birth_date") or "")


def is_same_person(name: str, birth_date: str, other_name: str, other_birth_date: str) -> bool:
    """Tell whether two people are one (同一人): same birth date, same name but for blanks."""
    return who({"name": name, "birth_date": birth_date}) == who(
        {"name": other_name, "birth_date": other_birth_date}
    )
