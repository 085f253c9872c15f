"""verify_receipts: what exported receipts prove, with public keys only, without a database."""

import json
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from signing.keys import read_directory
from signing.receipts import check_evidence


class Command(BaseCommand):
    help = "Checks receipts that exchange_evidence exported: verify_receipts FILE --keys DIR"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument(
            "--keys",
            required=True,
            metavar="DIR",
            help="a folder with <zone>/signing/*.pem, such as KEYS_DIR/peers",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["keys"])
        keys = {zone.name: read_directory(zone / "signing") for zone in sorted(folder.glob("*/"))}
        if not any(keys.values()):
            raise CommandError(f"{folder} holds no <zone>/signing/*.pem", returncode=2)
        try:
            with Path(options["file"]).open(encoding="utf-8") as lines:
                findings = check_evidence(lines, keys=keys)
        except (OSError, ValueError) as error:
            raise CommandError(f"cannot check {options['file']}: {error}", returncode=2) from error
        good = Counter(f"{found.kind} of {found.zone}" for found in findings if not found.problem)
        bad = [vars(found) for found in findings if found.problem]
        self.stdout.write(json.dumps({"valid": good, "problems": bad}))
        if bad:
            raise CommandError(f"{len(bad)} receipts prove nothing", returncode=1)
