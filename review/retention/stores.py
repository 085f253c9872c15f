"""File stores (ファイルの置き場): what lies in each though nothing in the database stands for it.

Every setting that names a folder is decided in kept.toml; those that may hold what a run erases
are searched here.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from review import year_keys
from review.assessment.models import SourceDocument
from review.cases.models import Case
from review.intermediate import folder as terminal
from review.paper.models import PaperEntry
from review.retention import archive, folders
from review.sealed_fields import sealed_fields
from review.sources.models import Arrival

# What passes through a folder is fetched well within a day.
PASSING = timedelta(days=1)
Search = Callable[[Collection[str], datetime], list[Path]]


def is_anything_left(year: str) -> bool:
    """Tell whether any record is left that the keys of a year may still have to open."""
    named = [(model, "tax_year") for model in (Case, PaperEntry, SourceDocument, Arrival)]
    sealed = [(model, column.year) for model, column in sealed_fields()]
    return any(
        model._default_manager.filter(**{path: year}).exists()
        for model, path in dict.fromkeys([*named, *sealed])
    )


def _keys(years: Collection[str]) -> list[Path]:
    """Return the keys of years of which nothing is left that they could open."""
    return [path for year in years if not is_anything_left(year) for path in year_keys.files(year)]


def _uploads(now: datetime) -> list[Path]:
    """Return uploads whose request never ended: Django removes them with it."""
    lying = Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*")
    return [path for path in lying if path.stat().st_mtime < (now - PASSING).timestamp()]


# By setting, in the order of the certificate.
SEARCHED: dict[str, Search] = {
    "YEAR_KEYS_DIR": lambda years, _now: _keys(years),
    "ARCHIVE_DIR": lambda _years, _now: archive.strays(),
    "PRINT_DIR": lambda _years, _now: folders.strays(folders.PRINT),
    "LINK_DIR": lambda _years, _now: folders.strays(folders.LINK),
    "INTERMEDIATE_DIR": lambda _years, now: terminal.strays(now - PASSING),
    "FILE_UPLOAD_TEMP_DIR": lambda _years, now: _uploads(now),
}


def strays(years: Collection[str], now: datetime) -> dict[str, int]:
    """Return by setting how many files lie where none should."""
    found = {setting: len(search(years, now)) for setting, search in SEARCHED.items()}
    return {setting: count for setting, count in found.items() if count}
