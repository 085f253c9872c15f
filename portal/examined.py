"""Examinations (試験結果): what axe found on which looks of every page, and on which day.

The figures stand in examined.toml, which `make photographs` writes when it has seen every page.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FILE = Path(__file__).with_suffix(".toml")
LANGUAGES = {"ja": _("日本語"), "en": _("英語"), "easy": _("やさしい日本語")}
WINDOWS = {
    "phone": _("スマートフォン(幅360px)"),
    "narrow": _("せまい画面(幅320px)"),
    "zoomed": _("400%に拡大した画面"),
    "desk": _("パソコン(幅1280px)"),
    "sheet": _("印刷"),
}
SCHEMES = {
    "dark": _("暗い画面"),
    "forced": _("色の強い画面"),
    "black": _("暗くて色の強い画面"),
}


@dataclass(frozen=True)
class Examination:
    """One look at every page and its error states: `problems` is what axe complained of."""

    words: tuple[str | Promise, ...]
    on: date
    pages: int
    problems: int


def load(file: Path = FILE) -> dict[str, Any]:
    """Return the version of axe and the looks as they were recorded."""
    found: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    return found


def examinations(file: Path = FILE) -> list[Examination]:
    """Return every recorded look, each in words."""
    looks = load(file)["looks"].items()
    return [Examination(_words(look), **counted) for look, counted in looks]


def _words(look: str) -> tuple[str | Promise, ...]:
    language, window, *schemes = look.split("-")
    shown = [SCHEMES[one] for one in schemes if one in SCHEMES]
    return (LANGUAGES[language], WINDOWS[window], *shown)


def record(axe: str, looks: dict[str, dict[str, Any]], file: Path = FILE) -> None:
    """Write what was found now beside what stands there of other looks."""
    known = load(file)["looks"] if file.exists() else {}
    lines = [
        "# 試験結果: written by `make photographs`, shown by the page on accessibility.",
        f'axe = "{axe}"',
    ]
    for look, counted in sorted((known | looks).items()):
        lines += ["", f"[looks.{look}]", *(f"{name} = {value}" for name, value in counted.items())]
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")
