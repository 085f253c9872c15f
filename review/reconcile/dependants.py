"""Dependants (扶養親族): how they are recognised, and the claims that a merged basis makes."""

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from review.addressees.folding import search_key
from review.addressees.models import number_index
from review.assessment.families import specific_incomes

#: The class (区分) of a relative on a report that counts 特定親族: 19 to 22 with some income.
SPECIFIC = "specific_relative"


class Claimed(NamedTuple):
    """One claim (扶養の申立て) as the documents make it."""

    person_key: str
    role: str
    birth_date: date | None
    category: str
    total_income: int | None
    document: str
    died_on: date | None = None


def dependant_keys(answers: Mapping[str, Any]) -> list[str]:
    """Return what each dependant is recognised by: a keyed hash, never the 個人番号 itself."""
    spouse = answers.get("spouse")
    people = [*([spouse] if spouse else []), *(answers.get("relatives") or [])]
    return [_key(person) for person in people]


def claims_of(
    document: Any | None,
    denied: Container[str] = (),
    incomes: Mapping[str, int] = MappingProxyType({}),
) -> Iterator[Claimed]:
    """Yield the claims of the document whose family counts; what was denied is claimed no more.

    `incomes` are those that staff found, by key.
    """
    if document is None:
        return
    found = _of_return if "answers" in document.content else _of_report
    for claimed in found(document.content, str(document.pk)):
        if claimed.person_key in incomes:
            yield claimed._replace(total_income=incomes[claimed.person_key])
        elif claimed.person_key not in denied:
            yield claimed


def added_claims(added: Iterable[tuple[str, Any]]) -> Iterator[Claimed]:
    """Yield the claims that the office makes in a person's place, without a document."""
    for key, ruling in added:
        yield Claimed(key, ruling.role, ruling.born, "", ruling.amount, "", ruling.died)


def _of_report(content: Mapping[str, Any], name: str) -> Iterator[Claimed]:
    specific = max(specific_incomes(content), default=None)
    for member in content.get("family") or []:
        key, role = member.get("key"), member.get("role") or ""
        if not key:
            continue
        if role == "spouse":
            yield Claimed(key, "spouse", None, "", content.get("spouse_income"), name)
        elif role == "dependant" and (content.get("counts") or {}).get("specific_relative"):
            # Who of them is 特親 the age tells, which the register knows.
            yield Claimed(key, "relative", None, SPECIFIC, specific, name)
        else:
            yield Claimed(key, "relative", None, role, None, name)


def _of_return(content: Mapping[str, Any], name: str) -> Iterator[Claimed]:
    answers = content["answers"]
    people = [("spouse", answers["spouse"])] if answers.get("spouse") else []
    people += [("relative", row) for row in answers.get("relatives") or []]
    for (role, person), key in zip(people, content.get("dependants") or [], strict=False):
        born = _date(person.get("birth_date"))
        died = _date(person.get("died_on"))
        yield Claimed(key, role, born, "", person.get("total_income") or 0, name, died)


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _key(person: Mapping[str, Any]) -> str:
    return person_key(
        person.get("personal_number"), person.get("name", ""), person.get("birth_date", "")
    )


def person_key(number: str | None, name: str, birth_date: str) -> str:
    """Return the keyed hash of the 個人番号, or of name and birth date where none is known."""
    return number_index(number or f"{search_key(name)}|{birth_date}").hex()
