"""check_translations: whether the catalogues keep up with the sources; --write brings them up."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from config.translations.catalogues import (
    DOMAINS,
    differences,
    path_of,
    read,
    sources,
    updated,
)
from config.translations.scopes import CATALOGUES, Catalogue

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Compares locale/*/*.po with what each language has to hold of the sources; --write adds "
        "what is missing, empty; --missing prints all of it."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true", help="bring the catalogues up to date")
        parser.add_argument("--missing", action="store_true", help="print every complaint")

    def handle(self, *args: Any, **options: Any) -> None:
        complaints = [
            complaint
            for catalogue in CATALOGUES
            for domain in DOMAINS
            for complaint in self._compare(catalogue, domain, write=options["write"])
        ]
        for complaint in complaints if options["missing"] else complaints[:SHOWN]:
            self.stderr.write(complaint)
        sys.exit(1 if complaints else 0)

    def _compare(self, catalogue: Catalogue, domain: str, *, write: bool) -> Iterator[str]:
        found = sources(catalogue, domain)
        kept = read(catalogue, domain)
        if write:
            path = path_of(catalogue, domain)
            path.parent.mkdir(parents=True, exist_ok=True)
            kept = updated(kept, catalogue, found)
            kept.save(str(path))
        done = len(kept.translated_entries())
        self.stdout.write(f"{catalogue.folder} {domain}: {done} of {len(found)} translated")
        for complaint in differences(kept, found):
            yield f"{catalogue.folder} {domain}: {complaint}"
