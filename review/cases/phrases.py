"""Stock phrases (定型文) of a request for correction, with their translations."""

import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = {"": "日本語だけ", "en": "English", "zh": "中文", "ko": "한국어"}
_FILE = Path(__file__).with_name("phrases.toml")


@cache
def phrases() -> dict[str, dict[str, str]]:
    """Return each phrase by its code: language → sentence; Japanese always there."""
    with _FILE.open("rb") as file:
        return tomllib.load(file)


def compose(codes: list[str], message: str, language: str = "") -> str:
    """Return what the resident reads: the phrases, the clerk's own words, then the translations."""
    chosen = [phrases()[code] for code in codes]
    parts = [phrase["ja"] for phrase in chosen]
    parts += [message] if message else []
    if language:
        parts += [phrase[language] for phrase in chosen]
    return "\n".join(parts)
