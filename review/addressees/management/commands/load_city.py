"""load_city: load the register, certificate links and payment reports of a directory."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from review.addressees.loading import load_addressees, load_links
from review.assessment.loading import load_reports
from review.staff.actors import batch


class Command(BaseCommand):
    help = (
        "Load addressees.jsonl, links.jsonl and salary_reports / pension_reports (.csv or .jsonl). "
        "What is there already stays as it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        by, now = batch("load_city"), timezone.now()
        try:
            people = load_addressees(directory / "addressees.jsonl", by=by, now=now)
            links = load_links(directory / "links.jsonl", by=by, now=now)
            reports = load_reports(directory, by=by, now=now)
        except (OSError, ValueError, KeyError, TypeError) as error:
            # The text of the error may quote a line, and a line may hold a 個人番号.
            kind = type(error).__name__
            raise CommandError(f"{directory} does not load: {kind}", returncode=2) from None
        self.stdout.write(f"new: {people} addressees, {links} links, {reports} reports")
