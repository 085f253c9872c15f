"""take_residents: take over a file of the resident register, or compare the register with one."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from review.addressees import residents
from review.errors import Refusal
from review.slips import read_slip
from review.staff.actors import batch

TAKES = {
    "changes": residents.apply_changes,
    "links": residents.apply_links,
    "consistency": residents.compare,
}


class Command(BaseCommand):
    help = (
        "Take over changes (異動) or certificate links (番号紐付) of 住基, or compare the register "
        "(整合処理). Prints the counts; exit code 1 where lines were refused or people differ."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=sorted(TAKES))
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--slip", type=Path, help="the sender's slip (送付票): time and SHA-256"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            slip = read_slip(options["slip"].read_bytes()) if options["slip"] else None
            by, now = batch("take_residents"), timezone.now()
            run = TAKES[options["kind"]](path, by=by, now=now, slip=slip)
        except Refusal as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        except (OSError, ValueError, KeyError) as error:
            # The text of the error may quote a line, and a line may hold a 個人番号.
            kind = type(error).__name__
            raise CommandError(f"{path} does not load: {kind}", returncode=2) from None
        found = {"kind": run.kind, "counts": run.counts, "findings": run.findings}
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            self.stdout.write(" ".join(f"{name}={n}" for name, n in run.counts.items()))
        if run.findings:
            sys.exit(1)
