"""document_images: pictures of electronic documents and the key file, for an image system."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from review.images.services import write_files
from review.staff.actors import batch


class Command(BaseCommand):
    help = (
        "Write the pictures of a year's electronic 課税資料 and the 資料キーファイル into a folder."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tax_year", help="課税年度, for example R9")
        parser.add_argument("--to", type=Path, required=True, help="an existing folder")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["to"]
        if not folder.is_dir():
            raise CommandError(f"{folder}: no such folder", returncode=2)
        now, by = timezone.now(), batch("document_images")
        written = vars(write_files(options["tax_year"], folder, by=by, now=now))
        if options["json"]:
            self.stdout.write(json.dumps(written, ensure_ascii=False))
        else:
            self.stdout.write(" ".join(f"{name}={value}" for name, value in written.items()))
