"""What every page shows of the municipality: its name, telephone and office."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from config.translations.said import say


@cache
def load_municipality_file(path: Path) -> dict[str, Any]:
    """Return the configuration file of a municipality as a dictionary."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def municipality(request: HttpRequest) -> dict[str, Any]:
    """Give templates `municipality` (its file) and `demo` (never on in production)."""
    return city_words()


def city_words() -> dict[str, Any]:
    """Return what `municipality` gives, in the language of the page."""
    return _said(settings.MUNICIPALITY_FILE, settings.DEMO, get_language())


@cache
def _said(path: Path, demo: bool, language: str | None) -> dict[str, Any]:
    city = load_municipality_file(path)
    contacts = [contact | {"name": say(contact["name"])} for contact in city["contacts"]]
    return {
        "municipality": city | {"name": say(city["name"]), "contacts": contacts},
        "demo": demo,
    }
