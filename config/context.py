"""What every page shows of the municipality: its name, telephone and office."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from config.translations.said import say


@cache
def load_municipality_file(path: Path) -> dict[str, Any]:
    """Return the configuration file of a municipality as a dictionary."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def municipality(request: HttpRequest) -> dict[str, Any]:
    """Give templates `municipality` (its file) and `demo` (never on in production)."""
    city = load_municipality_file(settings.MUNICIPALITY_FILE)
    contacts = [contact | {"name": say(contact["name"])} for contact in city["contacts"]]
    return {
        "municipality": city | {"name": say(city["name"]), "contacts": contacts},
        "demo": settings.DEMO,
    }
