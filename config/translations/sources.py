"""Messages of the sources (訳す文): what gettext is asked for in the templates and packages.

Read without the gettext programs, so that the check runs on any machine.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("config", "exchange", "portal", "relay", "review")
# Function name → positions of (context, singular, plural) among its arguments.
CALLS = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}

# A section's title stands on the hub, unlike those of its pages: its place is told apart.
SECTION = "Section"

# A message is known by its context and its text; the plural goes with it.
Key = tuple[str | None, str]
Messages = dict[Key, tuple[str | None, list[str]]]


@cache
def messages() -> Messages:
    """Return every message of the templates and packages, with its plural and its files."""
    plurals: dict[Key, str | None] = {}
    files: dict[Key, set[str]] = defaultdict(set)
    for path, code in _codes():
        titles = _section_titles(code)
        for key, plural in calls(code):
            plurals[key] = plurals.get(key) or plural
            file = path.relative_to(ROOT).as_posix()
            files[key].add(f"{file}:{SECTION}" if key[1] in titles else file)
    return {key: (plural, sorted(files[key])) for key, plural in plurals.items()}


def calls(code: str) -> Iterator[tuple[Key, str | None]]:
    """Yield what gettext is asked for in a piece of Python."""
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in CALLS:
            context, singular, plural = (_text(node, position) for position in CALLS[name])
            if singular:
                yield (context, singular), plural


def _section_titles(code: str) -> set[str]:
    """Return what the sections of the interview in a piece of Python are called."""
    found = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call))
    sections = (c for c in found if isinstance(c.func, ast.Name) and c.func.id == SECTION)
    titles = (word.value for call in sections for word in call.keywords if word.arg == "title")
    return {_text(title, 0) or "" for title in titles if isinstance(title, ast.Call)}


def _codes() -> Iterator[tuple[Path, str]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path, path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in (".html", ".txt") and not path.name.startswith("styleguide"):
            yield path, _python_of(path)


def _python_of(path: Path) -> str:
    """Return the calls of a template as lines of Python."""
    pseudo = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    found = re.findall(
        r"""\b(n?p?gettext|_)\((u?(?:"|').*?(?:"|'))(?:,\s*count)?\)""", pseudo, re.S
    )
    return "\n".join(f"{name}({arguments})" for name, arguments in found)


def _text(call: ast.Call, position: int | None) -> str | None:
    if position is None or position >= len(call.args):
        return None
    found = call.args[position]
    return found.value if isinstance(found, ast.Constant) and isinstance(found.value, str) else None
