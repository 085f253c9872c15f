"""print_notices: write the 納税通知書 of a year for the print contractor, with hashes."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from review.notices.printing import print_ordinary
from review.staff.actors import batch


class Command(BaseCommand):
    help = "Write the tax notices that nobody has issued yet, in files of 200 (納税通知書)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tax_year", metavar="YEAR", help="課税年度 such as R9")
        parser.add_argument(
            "--to", default=settings.PRINT_DIR, metavar="DIRECTORY", help="PRINT_DIR if not given"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["to"] or "-")
        if not folder.is_dir():
            raise CommandError(
                f"{folder} is no folder: name one with --to or PRINT_DIR, and make it first",
                returncode=2,
            )
        by, now = batch("print-notices"), timezone.now()
        files = print_ordinary(options["tax_year"], folder, by=by, now=now)
        rows = [{"name": f.name, "count": f.count, "sha256": f.sha256} for f in files]
        answer = {"files": rows, "notices": sum(f.count for f in files)}
        if options["json"]:
            self.stdout.write(json.dumps(answer))
        else:
            self.stdout.write(f"{answer['notices']} notices in {len(rows)} files")
