"""The promises of the privacy impact assessment (評価書の約束) and what proves each.

docs/requirements.toml names them and says which are kept in part and what lies outside software;
the tests name the ones that they prove: `@pytest.mark.req("SHK-05")`. A run of the tests leaves
its results in RESULTS, so that a table can say when a promise was last seen to hold.
"""

import ast
import json
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PROMISES = ROOT / "docs" / "requirements.toml"
RESULTS = ROOT / ".local" / "test-results"
KEPT, PARTLY, NOT_YET, OUTSIDE = "kept", "partly", "not yet", "outside software"


class Inconsistent(Exception):
    """Names that do not fit together; one line for each."""


@dataclass(frozen=True)
class Promise:
    """One promise: its id, what is promised, how it stands, which tests prove it.

    `remark` says what is missing where it is kept in part, or why no software can keep it.
    `failed` are the tests that failed when they ran last; `seen` is when the last of them ran.
    """

    id: str
    text: str
    status: str
    tests: list[str] = field(default_factory=list)
    remark: str = ""
    failed: list[str] = field(default_factory=list)
    seen: str = ""


def promises() -> list[Promise]:
    """Return every promise with its proof. Raises Inconsistent where the names do not fit."""
    data = tomllib.loads(PROMISES.read_text(encoding="utf-8"))
    partly: dict[str, str] = data.pop("partly", {})
    outside: dict[str, str] = data.pop("outside", {})
    tests = marked_tests()
    _refuse_strangers(data, partly, outside, tests)
    ran = results()
    found = []
    for name, text in data.items():
        proof = tests.get(name, [])
        found.append(
            Promise(
                id=name,
                text=text,
                status=_status(name, proof, partly, outside),
                tests=proof,
                remark=partly.get(name, outside.get(name, "")),
                failed=[test for test in proof if ran.get(test, {}).get("outcome") == "failed"],
                seen=max((ran[test]["at"] for test in proof if test in ran), default=""),
            )
        )
    return found


def _status(name: str, proof: list[str], partly: dict[str, str], outside: dict[str, str]) -> str:
    if name in outside:
        return OUTSIDE
    if not proof:
        return NOT_YET
    return PARTLY if name in partly else KEPT


def _refuse_strangers(
    known: dict[str, str],
    partly: dict[str, str],
    outside: dict[str, str],
    tests: dict[str, list[str]],
) -> None:
    problems = [f"unknown id in a test: {name} ({tests[name][0]})" for name in tests.keys() - known]
    for title, names in (("partly", partly), ("outside", outside)):
        problems += [f"unknown id under [{title}]: {name}" for name in names.keys() - known]
    problems += [f"{name} has a test and lies outside software" for name in outside & tests.keys()]
    problems += [
        f"{name} is partly kept, but no test says which part" for name in partly.keys() - tests
    ]
    if problems:
        raise Inconsistent("\n".join(sorted(problems)))


def marked_tests() -> dict[str, list[str]]:
    """Return the tests by the ids that they name, as path::function."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for name in _named(node):
                    found[name].append(f"{path.relative_to(ROOT)}::{node.name}")
    return dict(found)


def _named(node: ast.FunctionDef) -> list[str]:
    names = []
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.req":
            names += [str(one.value) for one in mark.args if isinstance(one, ast.Constant)]
    return names


def results() -> dict[str, dict[str, Any]]:
    """Return how each test that names a promise ended when it ran last: outcome and time."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(RESULTS.glob("*.json")):
        for name, entry in json.loads(path.read_text(encoding="utf-8")).items():
            if name not in found or entry["at"] > found[name]["at"]:
                found[name] = entry
    return found


def keep_results(group: str, outcomes: dict[str, str], *, now: datetime) -> None:
    """Add the outcomes of a run to those of the runs before it; the newest of a test counts."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{group}.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    at = now.isoformat(timespec="seconds")
    known |= {name: {"outcome": outcome, "at": at} for name, outcome in outcomes.items()}
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps(known, indent=0, sort_keys=True), encoding="utf-8")
    draft.replace(path)
