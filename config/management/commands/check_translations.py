"""check_translations: whether the catalogues keep up with the sources; --write brings them up."""

import sys
from argparse import ArgumentParser
from typing import Any

import polib
from django.core.management.base import BaseCommand

from config import catalogues

SHOWN = 20


class Command(BaseCommand):
    help = "Compares locale/*/django.po with the sources; --write adds what is missing, empty."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true", help="bring the catalogues up to date")

    def handle(self, *args: Any, **options: Any) -> None:
        found = catalogues.sources()
        complaints = []
        for language in catalogues.LANGUAGES:
            path = catalogues.path_of(language)
            catalogue = polib.pofile(str(path)) if path.exists() else None
            if options["write"]:
                path.parent.mkdir(parents=True, exist_ok=True)
                catalogue = catalogues.updated(catalogue, language, found)
                catalogue.save(str(path))
            catalogue = catalogue if catalogue is not None else polib.POFile()
            complaints += [f"{language}: {one}" for one in catalogues.differences(catalogue, found)]
            done = len(catalogue.translated_entries())
            self.stdout.write(f"{language}: {done} of {len(found)} messages translated")
        for complaint in complaints[:SHOWN]:
            self.stderr.write(complaint)
        sys.exit(1 if complaints else 0)
