"""What stands in a tax file (連携ファイルの内容): the records of a return, checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import timezone

import filing
from config.context import load_municipality_file
from filing.inputs.incomes import costs_of, kept_transfer_loss
from filing.kinds import TRADES
from review.assessment.models import SourceDocument
from review.cases.models import Case
from review.sources.problems import Problem
from review.taxfiles.layout import Column, layout

# 資料種別 of a 住民税申告; the values are this product's.
RESIDENT_RETURN = "101"


@dataclass(frozen=True)
class Record:
    """A return as the file has it: its record, those of its dependants, and what does not fit."""

    values: list[str]
    dependants: list[list[str]]
    amount: int
    problems: list[Problem]


def record_of(
    case: Case,
    document: SourceDocument,
    *,
    file_number: int,
    with_numbers: bool,
    replaces: str = "",
) -> Record:
    """Return the records of an accepted return; 個人番号 only where the way uses numbers."""
    answers = document.content["answers"]
    numbers = _numbers_of(case) if with_numbers else []
    about = _about(case, document, answers) | {
        "file_number": str(file_number),
        "replaces": replaces,
        "personal_number": _own_number(case) if with_numbers else "",
    }
    read = partial(_value, about=about, answers=answers, own={})
    values = [read(column.source) for column in layout().documents]
    problems = _problems(layout().documents, values)
    children = []
    for place, (role, own) in enumerate(_family(answers), start=1):
        number = numbers[place - 1] if place <= len(numbers) else ""
        named = {"document_number": document.source, "place": str(place), "role": role}
        child = named | {"personal_number": number}
        row = [_value(c.source, about=child, answers={}, own=own) for c in layout().dependants]
        problems += _problems(layout().dependants, row)
        children.append(row)
    return Record(values, children, amount_of(answers), problems)


def amount_of(answers: Mapping[str, Any]) -> int:
    """Return the control total of a return (金額合計): all that was declared as 収入."""
    return sum(_added(answers, path) for path in layout().total)


def _problems(columns: Sequence[Column], values: Sequence[str]) -> list[Problem]:
    found = (column.problem(value) for column, value in zip(columns, values, strict=True))
    return [problem for problem in found if problem]


def _value(
    source: str, *, about: Mapping[str, str], answers: Mapping[str, Any], own: Mapping[str, Any]
) -> str:
    how, _colon, path = source.partition(":")
    if how == "about":
        return about[path]
    if how == "own":
        return _text(own.get(path))
    if how == "sum":
        plus, _minus, less = path.partition("-")
        paths = plus.split("+")
        there = any(answers.get(part.partition(".")[0]) for part in paths)
        taken = _added(answers, less) if less else 0
        return str(sum(_added(answers, part) for part in paths) - taken) if there else ""
    if how == "told" and "." not in path:
        return _told(own.get(path))
    group, _dot, item = path.partition(".")
    value = (answers.get(group) or {}).get(item)
    return _told(value) if how == "told" else _text(value)


def _told(value: Any) -> str:
    """Return a flag of which "no" is not the same as nothing said."""
    return "" if value is None else str(int(value))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    return "" if value is None else str(value)


def _added(answers: Mapping[str, Any], path: str) -> int:
    """Return the sum of an item over a group's rows; a record is one row."""
    group, _dot, item = path.partition(".")
    found = answers.get(group) or []
    rows = [found] if isinstance(found, Mapping) else found
    return sum(row.get(item) or 0 for row in rows)


def _about(case: Case, document: SourceDocument, answers: Mapping[str, Any]) -> dict[str, str]:
    person = case.addressee
    assert person is not None
    return {
        "kind": RESIDENT_RETURN,
        "document_number": document.source,
        "receipt_number": case.receipt_number,
        "version": str(case.version),
        "received_on": timezone.localdate(case.submitted_at).isoformat(),
        "addressee_number": person.number,
        "match_method": case.match_method,
        "kana": person.kana,
        "name": person.name,
        "birth_date": person.birth_date.isoformat(),
        "municipality": _municipality(person.ward),
        "dependants": str(len(_family(answers))),
        "collection": answers.get("collection") or "",
        "papers": str(len(case.papers.all())),
        "verdict": case.verdict,
        "sha256": case.original.sha256,
        "private_loss": _private_loss(answers.get("transfers") or []),
        **{f"{trade}_costs": _costs(answers.get(trade) or {}) for trade in TRADES},
    }


def _municipality(ward: str) -> str:
    """Return the code of the ward, of the city where none is known (指定都市: 区まで)."""
    city = load_municipality_file(settings.MUNICIPALITY_FILE)
    codes = {entry["name"]: entry["code"] for entry in city.get("wards", [])}
    return str(codes.get(ward, city["code"]))


def _costs(trade: Mapping[str, Any]) -> str:
    return str(costs_of(trade)) if trade else ""


def _private_loss(sold: list[Mapping[str, Any]]) -> str:
    """Return what other sales leave of losses from what no trade used (所得税法69条2項)."""
    return str(kept_transfer_loss(sold)) if sold else ""


def _family(answers: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    spouse = answers.get("spouse")
    relatives = [("relative", row) for row in answers.get("relatives") or []]
    return [*([("spouse", spouse)] if spouse else []), *relatives]


def _own_number(case: Case) -> str:
    return case.addressee.opened_number if case.addressee else ""


def _numbers_of(case: Case) -> list[str]:
    """Return the dependants' 個人番号 in the order of the return, from the original."""
    document = filing.read_xml(case.original.package().files["return.xml"])
    return [own.get("personal_number") or "" for _role, own in _family(document.answers)]
