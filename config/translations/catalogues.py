"""Message catalogues (翻訳ファイル): brought up to the sources, and compared with them."""

import re
from pathlib import Path

import polib

from config.translations.library_texts import library_texts
from config.translations.scopes import Catalogue
from config.translations.sources import ROOT, Key, Messages, messages

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w+")
# "django" is what gettext looks up; "library" what `said.py` does.
DOMAINS = {"django": messages, "library": library_texts}


def sources(catalogue: Catalogue, domain: str) -> Messages:
    """Return what a language's catalogue of a domain has to hold."""
    needed = catalogue.needs_text if domain == "library" else catalogue.needs
    return {key: told for key, told in DOMAINS[domain]().items() if needed(told[1])}


def path_of(catalogue: Catalogue, domain: str) -> Path:
    return ROOT / "locale" / catalogue.folder / "LC_MESSAGES" / f"{domain}.po"


def read(catalogue: Catalogue, domain: str) -> polib.POFile:
    """Return the catalogue as it stands; an empty one where there is none."""
    path = path_of(catalogue, domain)
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def differences(kept: polib.POFile, found: Messages) -> list[str]:
    """Return what a catalogue lacks, has too much, leaves empty, or says with other places."""
    entries = {(entry.msgctxt, entry.msgid): entry for entry in kept}
    complaints = [f"missing: {_short(key)}" for key in sorted(set(found) - set(entries), key=str)]
    complaints += [
        f"no longer used: {_short(key)}" for key in sorted(set(entries) - set(found), key=str)
    ]
    for key, entry in entries.items():
        texts = _translations(entry)
        if not all(texts):
            complaints.append(f"not translated: {_short(key)}")
        for text in texts:
            if text and set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(entry.msgid)):
                complaints.append(f"other placeholders: {_short(key)}")
    return complaints


def updated(kept: polib.POFile, catalogue: Catalogue, found: Messages) -> polib.POFile:
    """Return a catalogue that fits the sources: translations kept, new messages empty."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in kept}
    fresh = polib.POFile(wrapwidth=0)
    fresh.metadata = {
        "Language": catalogue.folder,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": catalogue.plural,
    }
    for key in sorted(found, key=lambda one: (one[1], one[0] or "")):
        plural, files = found[key]
        entry = polib.POEntry(msgctxt=key[0], msgid=key[1], occurrences=[(f, "") for f in files])
        _fill(entry, plural, known.get(key), catalogue.forms)
        fresh.append(entry)
    return fresh


def _fill(entry: polib.POEntry, plural: str | None, old: polib.POEntry | None, forms: int) -> None:
    if "%(" in entry.msgid or "%s" in entry.msgid:
        entry.flags = ["python-format"]
    if plural is None:
        entry.msgstr = old.msgstr if old else ""
        return
    entry.msgid_plural = plural
    before = old.msgstr_plural if old else {}
    entry.msgstr_plural = {form: before.get(form, "") for form in range(forms)}


def _translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def _short(key: Key) -> str:
    return repr(key[1][:60])
