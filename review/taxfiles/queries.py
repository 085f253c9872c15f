"""Reads about one case (連携の経過): the files that it went out with, and its faults."""

from typing import Any

from review.cases.models import Case
from review.taxfiles.faults import remedy
from review.taxfiles.models import ImportFault, TaxFileRow


def transfer_of(case: Case) -> dict[str, Any]:
    """Return a case's rows and faults, the latest first; each fault with what to do about it."""
    rows = TaxFileRow.objects.filter(case=case).order_by("-pk")
    faults = ImportFault.objects.filter(case=case).order_by("-pk")
    return {"rows": list(rows), "faults": [(fault, remedy(fault.code)) for fault in faults]}
