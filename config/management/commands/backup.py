"""backup: the zone's database, sealed to a key that this host does not have, in two places."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config import backup, old_backups, second_place
from jobs import schedule, services
from signing.keys import PublicKey

NO_SITE = "name the second place: set BACKUP_SECOND_DIR and BACKUP_SITE (another data centre)"

HELD_BACK = "none: the last backup before this one is too old as well; check the clock"


class Command(BaseCommand):
    help = "Writes an encrypted backup of this zone's database: backup --out DIR --key PUBLIC.pem"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", required=True, metavar="DIR", help="the place of the backups")
        parser.add_argument(
            "--key", required=True, metavar="FILE", help="the public RSA key that backups are for"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        start = time.monotonic()
        try:
            answer = _back_up(Path(options["out"]), Path(options["key"]))
        except (OSError, ValueError, backup.BackupError) as error:
            _note(start, error=type(error).__name__)
            raise CommandError(f"no backup: {error}", returncode=2) from error
        _note(start, counts={name: answer[name] for name in ("rows", "parts", "site", "removed")})
        self.stdout.write(json.dumps(answer, ensure_ascii=False))


def _back_up(out: Path, key: Path) -> dict[str, Any]:
    second = settings.BACKUP_SECOND_DIR
    if not settings.DEMO and not (second and settings.BACKUP_SITE):
        raise backup.BackupError(NO_SITE)
    if second:
        second_place.refuse_the_same(out, Path(second))
    recipient = PublicKey(key.stem, key.read_bytes())
    made = backup.write(out, recipient=recipient, now=timezone.now())
    copied = second_place.copy(made.folder, Path(second)) if second else None
    places = [out, Path(second)] if second else [out]
    gone = old_backups.forget(places, made=made.folder, now=timezone.now())
    return {
        "backup": str(made.folder),
        "copy": str(copied.folder) if copied else None,
        "sha256": copied.sha256 if copied else second_place.digest_of(made.folder),
        # Another data centre inside the country (OPS-02): what the city calls it.
        "site": settings.BACKUP_SITE or NO_SITE,
        "parts": made.parts,
        "tables": made.tables,
        "rows": made.rows,
        "removed": HELD_BACK if gone is None else len(gone),
    }


def _note(start: float, *, counts: Any = None, error: str = "") -> None:
    services.end(
        schedule.named("backup"),
        succeeded=not error,
        counts=counts,
        error=error,
        seconds=time.monotonic() - start,
        now=timezone.now(),
    )
