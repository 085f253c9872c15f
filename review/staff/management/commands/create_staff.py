"""create_staff: make the accounts that a file names (demo and first set-up)."""

import base64
import binascii
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from review.audit.services import record_by
from review.staff.actors import batch
from review.staff.models import CodeDevice, StaffMember


class Command(BaseCommand):
    help = (
        "Create staff accounts (職員) from a JSON list of objects with number, name, department, "
        "roles, password and totp_seed (base32). Accounts that exist stay as they are."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            entries = json.loads(options["file"].read_text(encoding="utf-8"))
            made = sum(self._create(entry) for entry in entries)
        except (OSError, ValueError, KeyError, TypeError, binascii.Error) as error:
            kind = type(error).__name__
            raise CommandError(f"{options['file']}: {kind}", returncode=2) from error
        self.stdout.write(f"{made} accounts made, {len(entries) - made} known already")

    def _create(self, entry: dict[str, Any]) -> bool:
        if StaffMember.objects.filter(number=entry["number"]).exists():
            return False
        with transaction.atomic():
            member = StaffMember.objects.create_user(
                entry["number"],
                entry["password"],
                name=entry["name"],
                department=entry["department"],
                roles=entry["roles"],
                addressee_number=entry.get("addressee_number", ""),
            )
            device = CodeDevice(user=member, name="app", confirmed=True)
            device.seal_seed(base64.b32decode(entry["totp_seed"], casefold=True))
            device.save()
            record_by(
                batch("create_staff"),
                "staff.created",
                reason="利用者の登録",
                now=timezone.now(),
                subject=f"staff:{member.number}",
                detail={"roles": sorted(member.roles)},
            )
        return True
