#!/usr/bin/env python
"""Run a management command in the zone that ZONE names, or in the command's natural zone."""

import os
import sys

# Commands that make sense in one zone only; the others ask for ZONE.
NATURAL_ZONE = {
    "compute_tax": "tools",
    "verify_filing": "tools",
    "make_cards": "tools",
    "simulate": "tools",
    "makemessages": "tools",
    "compilemessages": "tools",
    "check_translations": "tools",
    "load_city": "review",
    "create_staff": "review",
    "statemachine": "review",
    "purge": "review",
    "verify_audit_log": "review",
    "exchange_status": "review",
    "exchange_evidence": "review",
    "verify_receipts": "tools",
    "import_crl": "review",
    "export_evidence": "review",
    "export_audit_head": "review",
    "backup": "review",
    "restore_drill": "review",
}


def main() -> None:
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    zone = os.environ.setdefault("ZONE", NATURAL_ZONE.get(command, "tools"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"config.settings.{zone}")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
