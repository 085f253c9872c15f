"""Loading payment reports (給報・年報の取込) from the files that payers sent."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from review.addressees.loading import CHUNK, read_rows
from review.addressees.models import Addressee
from review.assessment.models import SourceDocument
from review.audit.services import record_by
from review.staff.actors import Actor

FILES = {
    SourceDocument.Kind.SALARY_REPORT: "salary_reports",
    SourceDocument.Kind.PENSION_REPORT: "pension_reports",
}
AMOUNTS = ("revenue", "withheld_tax", "social_insurance")


def load_reports(directory: Path, *, by: Actor, now: datetime) -> int:
    """Load the reports of a directory; return how many are new. (file, line) is loaded once."""
    with transaction.atomic():
        ids = dict(Addressee.objects.values_list("number", "id"))
        known = set(SourceDocument.objects.values_list("tax_year", "kind", "source"))
        new = [
            document
            for document in _documents(directory, ids, now)
            if (document.tax_year, document.kind, document.source) not in known
        ]
        SourceDocument.objects.bulk_create(new, batch_size=CHUNK)
        detail = {"new": len(new)}
        record_by(by, "reports.loaded", reason="課税資料の取込", now=now, detail=detail)
    return len(new)


def _documents(directory: Path, ids: dict[str, Any], now: datetime) -> Iterator[SourceDocument]:
    for kind, stem in FILES.items():
        for path in sorted(directory.glob(f"{stem}.*")):
            for line, row in enumerate(read_rows(path), start=1):
                yield SourceDocument(
                    tax_year=row["tax_year"],
                    addressee_id=ids[row["number"]],
                    kind=kind,
                    source=f"{path.name}:{line}",
                    content=_content(row),
                    received_at=now,
                )


def _content(row: dict[str, Any]) -> dict[str, Any]:
    amounts = {name: int(row[name]) for name in AMOUNTS if row.get(name) not in (None, "")}
    return {"payer": row["payer"], **amounts}
