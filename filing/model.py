"""The return (申告書) as plain data, before it is written and after it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, cast

Answers = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """The filer (申告者). `sex`: "1" 男, "2" 女, "9" other. Names stay exactly as received."""

    name: str
    kana: str
    birth_date: date
    sex: str
    address: str
    personal_number: str

    def __repr__(self) -> str:
        """Say nothing personal: a repr ends up in logs and tracebacks."""
        return "<Person>"


@dataclass(frozen=True)
class Signer:
    """Who signs (署名者): the filer, or the agent (代理人), of whom no sex is written down."""

    name: str
    birth_date: date
    sex: str | None

    def __repr__(self) -> str:
        return "<Signer>"


@dataclass(frozen=True)
class Return:
    """One version of a return (申告書). docs/filing.md describes `answers`; yen are ints."""

    tax_year: str
    filing_id: str
    version: int
    challenge: str
    prepared_on: date
    municipality_code: str
    filer: Person
    address_jan1: str
    phone: str
    purpose_version: str
    answers: Answers

    @property
    def agent(self) -> Mapping[str, Any]:
        """Return the agent (代理人), {} where the filer acts in person."""
        return self.answers.get("agent") or {}

    @property
    def signer(self) -> Signer:
        """Return whose certificate the signature has to be of."""
        return signer_of(filer_values(self), self.agent)

    def __repr__(self) -> str:
        """Name the document without its content."""
        return f"<Return {self.tax_year} {self.filing_id} v{self.version}>"


def signer_of(filer: Mapping[str, Any], agent: Mapping[str, Any]) -> Signer:
    """Return who signs: the agent where there is one, never the person whom they act for."""
    who = agent or filer
    return Signer(
        name=who["name"],
        birth_date=date.fromisoformat(who["birth_date"]),
        sex=None if agent else filer["sex"],
    )


def redact(document: Return) -> Return:
    """Return a copy without any personal number (個人番号), for views and the portal's keeping."""
    return replace(
        document,
        filer=replace(document.filer, personal_number=""),
        answers=redact_answers(document.answers),
    )


def redact_answers(answers: Mapping[str, Any]) -> Answers:
    """Return answers (申告内容) in which every 個人番号 is empty; the given ones stay unchanged."""
    return cast(Answers, _without_numbers(answers))


def _without_numbers(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            key: "" if key == "personal_number" else _without_numbers(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_without_numbers(inner) for inner in value]
    return value


HEADER_FIELDS = (
    "tax_year",
    "filing_id",
    "version",
    "challenge",
    "prepared_on",
    "municipality_code",
    "purpose_version",
)
FILER_FIELDS = (*(field.name for field in fields(Person)), "address_jan1", "phone")


def header_values(document: Return) -> dict[str, Any]:
    """Return the header's values (管理部) as the form knows them: dates as ISO text."""
    return {name: _plain(getattr(document, name)) for name in HEADER_FIELDS}


def filer_values(document: Return) -> dict[str, Any]:
    """Return the filer's values (申告者部), with the 1 January address and the phone."""
    values = {field.name: _plain(getattr(document.filer, field.name)) for field in fields(Person)}
    return values | {"address_jan1": document.address_jan1, "phone": document.phone}


def from_values(header: Mapping[str, Any], filer: Mapping[str, Any], answers: Answers) -> Return:
    """Build a return (申告書) from the values that `header_values` and `filer_values` give."""
    person = {field.name: filer[field.name] for field in fields(Person)}
    person["birth_date"] = date.fromisoformat(person["birth_date"])
    return Return(
        **{name: header[name] for name in HEADER_FIELDS if name != "prepared_on"},
        prepared_on=date.fromisoformat(header["prepared_on"]),
        filer=Person(**person),
        address_jan1=filer["address_jan1"],
        phone=filer["phone"],
        answers=answers,
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
