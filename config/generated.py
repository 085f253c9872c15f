"""Pages of docs/ that are written from tables of the code, and checked for staleness."""

import sys
from abc import abstractmethod
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser


class GeneratedPage(BaseCommand):
    """A command that writes its page, or with --check exits 1 where the page is stale."""

    file: str
    command: str

    @abstractmethod
    def render(self) -> str:
        """Return the whole page."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only tell whether it is fresh")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.LOCALE_PATHS[0]).parent / self.file
        text = self.render()
        if not options["check"]:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            self.stderr.write(f"{self.file} is stale: run python manage.py {self.command}")
            sys.exit(1)
