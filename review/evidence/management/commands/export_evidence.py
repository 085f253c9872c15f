"""export_evidence: write what a verdict rests on into one file, for `verify_filing`."""

import os
import socket
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from review.errors import Refusal
from review.evidence.exporting import export
from review.staff.actors import Actor, person
from review.staff.models import StaffMember


class Command(BaseCommand):
    help = "Writes the evidence (検証の証拠) of a case's verdict as a bundle for verify_filing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("case", help="受付番号, or 受付番号:版")
        parser.add_argument("--out", required=True, metavar="FILE", help="a file that is not there")
        parser.add_argument("--by", required=True, metavar="NUMBER", help="職員番号 of who asks")
        parser.add_argument("--reason", required=True, help="処理事由, for the audit log")

    def handle(self, *args: Any, **options: Any) -> None:
        receipt_number, _colon, version = options["case"].partition(":")
        if version and not version.isdigit():
            raise CommandError("the version after the colon is a number", returncode=2)
        out = Path(options["out"])
        if out.exists():
            raise CommandError(f"{out} exists already", returncode=2)
        try:
            data = export(
                receipt_number,
                int(version) if version else None,
                by=_actor(options["by"]),
                reason=options["reason"],
                now=timezone.now(),
            )
        except Refusal as error:
            raise CommandError(str(error.message), returncode=1) from error
        _write(out, data)
        self.stdout.write(f"{out}: {len(data)} bytes")


def _actor(number: str) -> Actor:
    member = StaffMember.objects.filter(number=number, is_active=True).first()
    if member is None:
        raise CommandError(f"no active staff member {number}", returncode=2)
    return person(member, socket.gethostname())


def _write(out: Path, data: bytes) -> None:
    """Write a file that nobody else on the machine can read."""
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
    except OSError as error:
        raise CommandError(f"{out}: {error.strerror}", returncode=2) from error
