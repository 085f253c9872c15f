"""backup: the zone's database, sealed to a key that this host does not have."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config import backup
from config.settings.environment import env
from signing.keys import PublicKey


class Command(BaseCommand):
    help = "Writes an encrypted backup of this zone's database: backup --out DIR --key PUBLIC.pem"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", required=True, metavar="DIR", help="the place of the backups")
        parser.add_argument(
            "--key", required=True, metavar="FILE", help="the public RSA key that backups are for"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        key = Path(options["key"])
        try:
            recipient = PublicKey(key.stem, key.read_bytes())
            made = backup.write(Path(options["out"]), recipient=recipient, now=timezone.now())
        except (OSError, ValueError, backup.BackupError) as error:
            raise CommandError(f"no backup: {error}", returncode=2) from error
        answer = {
            "backup": str(made.folder),
            # Another data centre inside the country (OPS-02): what the city calls it.
            "site": env.str("BACKUP_SITE", "not named: set BACKUP_SITE"),
            "parts": made.parts,
            "tables": made.tables,
            "rows": made.rows,
        }
        self.stdout.write(json.dumps(answer, ensure_ascii=False))
