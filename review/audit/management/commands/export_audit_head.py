"""export_audit_head: note the head of the chain at a place off the host."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from review.audit.models import AuditEvent
from review.audit.services import record_by
from review.staff.actors import batch


class Command(BaseCommand):
    help = (
        "Write position and hash of the newest entry to a new file in a folder that another host "
        "keeps. verify_audit_log --anchor POSITION:HASH then finds a chain that was cut or "
        "rewritten later."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, required=True, metavar="DIRECTORY")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["to"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder", returncode=2)
        now = timezone.now()
        with transaction.atomic():
            # The export is an entry itself, so the head that is noted covers it.
            head = record_by(
                batch("export_audit_head"), "audit.head_exported", reason="先頭の保管", now=now
            )
        noted = {"position": head.position, "hash": head.hash, "at": now.isoformat()}
        path = folder / f"audit-head-{head.position:012d}.json"
        with path.open("x", encoding="utf-8") as file:
            json.dump(noted, file)
        entries = AuditEvent.objects.count()
        self.stdout.write(f"{head.position}:{head.hash} ({entries} entries)")
