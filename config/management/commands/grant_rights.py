"""grant_rights: give the application's database role its rights, on the owner's connection."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import rights


class Command(BaseCommand):
    help = (
        "Grants the application's role what it needs on every table. Run it as the tables' owner "
        "(DATABASE_URL of the owner) after each migrate."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", required=True, metavar="ROLE", help="the application's role")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            granted = rights.grant(options["to"])
        except rights.NotTheOwner as error:
            raise CommandError(str(error), returncode=2) from error
        restricted = {t: r for t, r in granted.items() if r != rights.ORDINARY}
        if options["json"]:
            self.stdout.write(json.dumps({"tables": len(granted), "restricted": restricted}))
            return
        self.stdout.write(f"{options['to']}: {len(granted)} tables, restricted: {restricted}")
