"""case_status: how filings stand inside, without anybody's data."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from review.assessment.queries import current_assessment
from review.cases.models import Case


class Command(BaseCommand):
    help = "Prints state, verdict, match and 税額 of the cases with these receipt numbers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("receipt_numbers", nargs="*", help="all where none is named")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        cases = Case.objects.select_related("addressee").order_by("receipt_number", "version")
        if options["receipt_numbers"]:
            cases = cases.filter(receipt_number__in=options["receipt_numbers"])
        rows = [self._row(case) for case in cases]
        if not rows and options["receipt_numbers"]:
            raise CommandError("no such case", returncode=1)
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write("  ".join(str(value) for value in row.values()))

    def _row(self, case: Case) -> dict[str, Any]:
        person = case.addressee
        assessment = current_assessment(person, case.tax_year) if person else None
        return {
            "receipt_number": case.receipt_number,
            "version": case.version,
            "state": case.state,
            "verdict": case.verdict,
            "reason": case.verdict_reason,
            "match": case.match_method,
            "addressee_number": person.number if person else "",
            "total": assessment.total if assessment else None,
            "received_at": case.received_at.isoformat(),
            "verified_at": case.verified_at.isoformat() if case.verified_at else None,
            "state_changed_at": case.state_changed_at.isoformat(),
        }
