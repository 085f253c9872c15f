"""backup: the zone's database, sealed to a key that this host does not have, in two places."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config import backup, backup_places, old_backups, second_place
from jobs import schedule, services
from signing.keys import PublicKey

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
        counts = {name: answer[name] for name in ("rows", "parts", "removed")}
        counts["places"] = ", ".join(
            f"{one['name']} ({one['prefecture']})" for one in answer["places"]
        )
        _note(start, counts=counts)
        self.stdout.write(json.dumps(answer, ensure_ascii=False))


def _back_up(out: Path, key: Path) -> dict[str, Any]:
    second = settings.BACKUP_SECOND_DIR
    # A demo may do with one place, and with one disk for both.
    named = backup_places.named() if settings.DEMO else backup_places.require_two()
    if second:
        second_place.refuse_the_same(out, Path(second))
        if not settings.DEMO:
            backup_places.refuse_one_device(out, Path(second))
    recipient = PublicKey(key.stem, key.read_bytes())
    written = [place.written() for place in named]
    made = backup.write(out, recipient=recipient, now=timezone.now(), places=written)
    copied = second_place.copy(made.folder, Path(second)) if second else None
    places = [out, Path(second)] if second else [out]
    gone = old_backups.forget(places, made=made.folder, now=timezone.now())
    return {
        "backup": str(made.folder),
        "copy": str(copied.folder) if copied else None,
        "sha256": copied.sha256 if copied else second_place.digest_of(made.folder),
        # The data centres, another one inside the country for the copy (OPS-02), as the city says.
        "places": written,
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
