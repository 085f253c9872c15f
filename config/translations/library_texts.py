"""Texts of the libraries (ライブラリの文): sentences, labels and names that reach residents.

The libraries know no Django and speak Japanese; so do the city's file, the list of procedures and
the office. What they say is found here, in the sources, and translated when a page shows it
(`said.py`). A text with places is written with numbers: 「{0}の個人番号が空です。」.
"""

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from config.translations.sources import ROOT, Messages, calls

JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uff05\uff08-\uff0b\uff0d\uff1d]")
# Articles of the law (根拠条文) are quoted, not translated.
ARTICLES = re.compile("^(地方税法|所得税法|森林環境税及び)")
# Modules whose sentences residents read. A folder stands for its modules.
MODULES = (
    *("filing/calendar.py", "filing/difference.py", "filing/eras.py", "filing/paths.py"),
    *("filing/rules", "filing/shape.py", "filing/values.py"),
    *("signing/reasons.py", "tax/explain", "tax/savings.py"),
)
# What the office tells of a case (処理状況): it arrives as Japanese text.
OFFICE = ("review/cases/inward.py", "review/cases/outward.py")
# File or folder → the keys whose values are read.
TABLES = {
    "config/municipalities": {"name", "note", "subject"},
    "filing/forms": {"choices", "label", "title"},
    "portal/procedures.toml": {"text", "title"},
    "review/cases/phrases.toml": {"ja"},
    "tax/parameters": {"doubt"},
}


@cache
def library_texts() -> Messages:
    """Return every text of the libraries with the files that hold it."""
    files: dict[str, set[str]] = defaultdict(set)
    for path, text in (*_of_modules(), *_of_office(), *_of_tables()):
        if JAPANESE.search(text) and not ARTICLES.match(text):
            files[text].add(path.relative_to(ROOT).as_posix())
    return {(None, text): (None, sorted(found)) for text, found in files.items()}


def _of_modules() -> Iterator[tuple[Path, str]]:
    for name in MODULES:
        for path in _files(ROOT / name, "*.py"):
            for text in texts_of(path.read_text(encoding="utf-8")):
                yield path, text


def _of_office() -> Iterator[tuple[Path, str]]:
    for name in OFFICE:
        for (_context, text), _plural in calls((ROOT / name).read_text(encoding="utf-8")):
            yield ROOT / name, text


def _of_tables() -> Iterator[tuple[Path, str]]:
    for name, keys in TABLES.items():
        for path in _files(ROOT / name, "*.toml"):
            for text in _values(tomllib.loads(path.read_text(encoding="utf-8")), keys):
                yield path, text


def texts_of(code: str) -> Iterator[str]:
    """Yield the strings of a module, places numbered; docstrings and parts of strings are none."""
    tree = ast.parse(code)
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr | ast.Subscript):
            skipped.update(map(id, ast.iter_child_nodes(node)))
        elif isinstance(node, ast.JoinedStr):
            skipped.update(id(part) for part in node.values)
        elif isinstance(node, ast.FormattedValue):
            skipped.add(id(node.format_spec))
        elif isinstance(node, ast.Call) and _reads_patterns(node):
            skipped.update(map(id, node.args))
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            yield _template(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _template(node: ast.JoinedStr) -> str:
    parts, place = [], 0
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts.append(str(value.value))
        else:
            parts.append(f"{{{place}}}")
            place += 1
    return "".join(parts)


def _reads_patterns(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "compile"


def _values(table: Any, keys: set[str]) -> Iterator[str]:
    """Yield the strings that stand under one of the keys, at any depth."""
    if isinstance(table, list):
        for row in table:
            yield from _values(row, keys)
    elif isinstance(table, dict):
        for key, value in table.items():
            if key in keys and isinstance(value, str):
                yield value
            elif key in keys and isinstance(value, dict):
                yield from (str(word) for word in value.values())
            else:
                yield from _values(value, keys)


def _files(path: Path, pattern: str) -> list[Path]:
    return [path] if path.is_file() else sorted(path.rglob(pattern))
