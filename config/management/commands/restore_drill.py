"""restore_drill: proves that a backup can be restored, in a database of its own, dropped again."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config.backup import BackupError
from config.drill import drill
from exchange import keys
from signing import EnvelopeError


class Command(BaseCommand):
    help = "Restores a backup and proves what it holds: restore_drill FOLDER --key PRIVATE.pem"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="FOLDER")
        parser.add_argument(
            "--key", required=True, metavar="FILE", help="the private key, kept apart from the host"
        )
        parser.add_argument(
            "--server",
            metavar="URL",
            help="where a database may be made (postgres://user:password@host/db); this zone's own",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        key, own = Path(options["key"]), keys.own_signing_key()
        server = connection.settings_dict
        if options["server"]:
            server = {**server, **dj_database_url.parse(options["server"])}
        try:
            report = drill(
                Path(options["folder"]),
                recipients={key.stem: key.read_bytes()},
                senders={own.kid: own.public().pem},
                server=server,
            )
        except EnvelopeError as error:
            raise CommandError(f"the backup does not open: {error.code}", returncode=1) from error
        except (OSError, BackupError) as error:
            raise CommandError(f"no drill: {error}", returncode=2) from error
        self.stdout.write(json.dumps(report, ensure_ascii=False))
        if not report["ok"]:
            raise CommandError("the backup does not hold what it should", returncode=1)
