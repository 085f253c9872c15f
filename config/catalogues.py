"""The message catalogues (翻訳): what the sources say, and whether the catalogues keep up.

Read without the gettext programs, so that the check runs on any machine.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("config", "exchange", "portal", "relay", "review")
LANGUAGES = ("en", "ja_Easy")
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
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")

# A message is known by its context and its text; the plural goes with it.
Key = tuple[str | None, str]
Messages = dict[Key, tuple[str | None, list[str]]]


def sources() -> Messages:
    """Return every message of the templates and packages, with its plural and its files."""
    plurals: dict[Key, str | None] = {}
    files: dict[Key, set[str]] = defaultdict(set)
    for path, code in _codes():
        for key, plural in _calls(code):
            plurals[key] = plurals.get(key) or plural
            files[key].add(path.relative_to(ROOT).as_posix())
    return {key: (plural, sorted(files[key])) for key, plural in plurals.items()}


def path_of(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def differences(catalogue: polib.POFile, found: Messages) -> list[str]:
    """Return what a catalogue lacks, has too much, or says with other placeholders."""
    entries = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
    complaints = [f"missing: {key[1][:60]!r}" for key in sorted(set(found) - set(entries), key=str)]
    complaints += [
        f"no longer used: {key[1][:60]!r}" for key in sorted(set(entries) - set(found), key=str)
    ]
    for entry in catalogue:
        for text in _translations(entry):
            if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(entry.msgid)):
                complaints.append(f"other placeholders: {entry.msgid[:60]!r}")
    return complaints


def updated(catalogue: polib.POFile | None, language: str, found: Messages) -> polib.POFile:
    """Return a catalogue that fits the sources: translations kept, new messages empty."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue or []}
    fresh = polib.POFile(wrapwidth=0)
    plural_forms = "nplurals=1; plural=0;" if language != "en" else "nplurals=2; plural=(n != 1);"
    fresh.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_forms,
    }
    for key in sorted(found, key=lambda one: (one[1], one[0] or "")):
        plural, files = found[key]
        entry = polib.POEntry(msgctxt=key[0], msgid=key[1], occurrences=[(f, "") for f in files])
        _fill(entry, plural, known.get(key), language)
        fresh.append(entry)
    return fresh


def _fill(
    entry: polib.POEntry, plural: str | None, old: polib.POEntry | None, language: str
) -> None:
    if "%(" in entry.msgid or "%s" in entry.msgid:
        entry.flags = ["python-format"]
    if plural is None:
        entry.msgstr = old.msgstr if old else ""
        return
    entry.msgid_plural = plural
    forms = range(2 if language == "en" else 1)
    before = old.msgstr_plural if old else {}
    entry.msgstr_plural = {form: before.get(form, "") for form in forms}


def _translations(entry: polib.POEntry) -> list[str]:
    return [text for text in (entry.msgstr, *entry.msgstr_plural.values()) if text]


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
    calls = re.findall(
        r"""\b(n?p?gettext|_)\((u?(?:"|').*?(?:"|'))(?:,\s*count)?\)""", pseudo, re.S
    )
    return "\n".join(f"{name}({arguments})" for name, arguments in calls)


def _calls(code: str) -> Iterator[tuple[Key, str | None]]:
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in CALLS:
            context, singular, plural = (_text(node, position) for position in CALLS[name])
            if singular:
                yield (context, singular), plural


def _text(call: ast.Call, position: int | None) -> str | None:
    if position is None or position >= len(call.args):
        return None
    found = call.args[position]
    return found.value if isinstance(found, ast.Constant) and isinstance(found.value, str) else None
