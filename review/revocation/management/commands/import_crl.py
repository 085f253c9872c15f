"""import_crl: take in revocation lists from files."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from review.revocation.arrivals import anchors, import_file
from review.revocation.outcomes import MEANINGS, Outcome
from review.staff.actors import batch


class Command(BaseCommand):
    help = (
        "Take in revocation lists (失効リスト), DER or PEM. A list that is damaged, not signed by "
        "a trusted authority or older than the current one is refused and recorded: exit code 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="print one JSON object a file")

    def handle(self, *args: Any, **options: Any) -> None:
        by, now, trusted = batch("import_crl"), timezone.now(), anchors()
        outcomes = []
        for path in options["files"]:
            try:
                outcome = import_file(path, trusted=trusted, by=by, now=now)
            except OSError as error:
                raise CommandError(f"{path}: {error.strerror}", returncode=2) from error
            show = _as_json if options["json"] else _as_text
            self.stdout.write(show(path, outcome))
            outcomes.append(outcome)
        if not all(outcome.is_well for outcome in outcomes):
            sys.exit(1)


def _as_json(path: Path, outcome: Outcome) -> str:
    found = {"file": str(path), "code": str(outcome.code), "sha256": outcome.sha256}
    return json.dumps({**found, "entries": outcome.entries}, ensure_ascii=False)


def _as_text(path: Path, outcome: Outcome) -> str:
    return f"{path.name}: {outcome.code}: {MEANINGS[outcome.code]} ({outcome.entries} entries)"
