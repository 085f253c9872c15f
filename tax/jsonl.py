"""compute_tax の本体: one case a line in, one answer a line out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from tax.assessment import assess
from tax.components import compute_component
from tax.errors import InputError
from tax.municipality import DEFAULT


def run(lines: Iterable[str], out: TextIO, *, explain: bool) -> int:
    """Answer every line; 0, or 2 where any line was wrong (the others are answered all the same).

    A wrong line's answer is {"id", "line", "error": {"field", "message"}}; one line on standard
    error names the wrong lines.
    """
    wrong: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        answer = answer_line(line, number, explain=explain)
        if "error" in answer:
            wrong.append(f"{number}行目 {answer['error']['field']}")
        out.write(json.dumps(answer, ensure_ascii=False) + "\n")
    if not wrong:
        return 0
    sys.stderr.write(f"入力に誤りがあります: {'、'.join(wrong)}\n")
    return 2


def answer_line(line: str, number: int, *, explain: bool) -> dict[str, Any]:
    """The answer to one line, an error included."""
    case_id: Any = None
    try:
        case = _parsed(line)
        case_id = case.get("id")
        return {"id": case_id, **answer_case(case, explain=explain)}
    except InputError as wrong:
        error = {"field": wrong.field, "message": wrong.message}
        return {"id": case_id, "line": number, "error": error}


def _parsed(line: str) -> Mapping[str, Any]:
    try:
        case = json.loads(line, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise InputError(
            "line", "この行は JSON として読めません。書式を確かめてください。"
        ) from None
    if not isinstance(case, Mapping):
        raise InputError("line", "この行は項目と値の組（{ }）で書いてください。")
    return case


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are all different; otherwise one of two values would be lost."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(twice, f"「{twice}」が2回書かれています。1回にしてください。")
    return found


def answer_case(case: Mapping[str, Any], *, explain: bool) -> dict[str, Any]:
    """One case's figures; what a case says beside year, place and inputs is not looked at."""
    for key in ("tax_year", "inputs"):
        if key not in case:
            raise InputError(key, f"{key} を書いてください。")
    tax_year, inputs = case["tax_year"], case["inputs"]
    place = case.get("municipality", DEFAULT)
    if isinstance(inputs, Mapping) and "component" in inputs:
        return {"tax_year": tax_year, "result": compute_component(inputs, tax_year, place)}
    done = assess(inputs, tax_year=tax_year, municipality=place)
    answer: dict[str, Any] = {"tax_year": tax_year, "result": done.result}
    if explain:
        answer["explanation"] = [line.as_dict() for line in done.explanation]
        answer["savings"] = [{"label": label, "amount": yen} for label, yen in done.savings]
    return answer
