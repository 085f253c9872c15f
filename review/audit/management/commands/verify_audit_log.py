"""verify_audit_log: walk the chain of the audit log and name the first broken entry."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from review.audit.chain import Broken, ChainState, beginning, walk
from review.audit.models import AuditEvent


class Command(BaseCommand):
    help = "Verify the audit log (操作記録). Exit code 1 when an entry was changed or is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument(
            "--anchor",
            metavar="POSITION:HASH",
            help="an entry noted outside the database; finds a chain that was cut or rewritten",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        state = walk(AuditEvent.objects.order_by("position").iterator(chunk_size=2000), beginning())
        broken = state.broken or self._anchor_problem(options["anchor"])
        self.stdout.write(_as_json(state, broken) if options["json"] else _as_text(state, broken))
        if broken:
            sys.exit(1)

    def _anchor_problem(self, anchor: str | None) -> Broken | None:
        if anchor is None:
            return None
        position, _, expected = anchor.partition(":")
        if not position.isdigit() or len(expected) != 64:
            raise CommandError("--anchor must be POSITION:HASH", returncode=2)
        found = AuditEvent.objects.filter(position=int(position)).values_list("hash", flat=True)
        if list(found) == [expected]:
            return None
        return Broken(int(position), "differs from the anchor, or was cut off")


def _as_json(state: ChainState, broken: Broken | None) -> str:
    found = {"position": broken.position, "problem": broken.problem} if broken else None
    answer = {"ok": broken is None, "entries": state.entries, "head": state.head}
    return json.dumps({**answer, "first_broken": found})


def _as_text(state: ChainState, broken: Broken | None) -> str:
    if broken:
        return f"entry {broken.position}: {broken.problem}"
    return f"{state.entries} entries, head {state.head}"
