"""Reads of documents and assessments (課税資料・賦課の参照)."""

from collections.abc import Mapping
from typing import Any

from review.addressees.models import Addressee
from review.assessment.models import Assessment, SourceDocument
from review.reconcile.comparison import AMOUNTS, BLOCKS, block_of, payer_key


def held_documents(addressee: Addressee, tax_year: str) -> list[SourceDocument]:
    """Return the documents of a person and year, those that count first."""
    found = SourceDocument.objects.filter(addressee=addressee, tax_year=tax_year)
    return sorted(found, key=lambda d: (not d.is_counting, d.kind, d.source))


def current_assessment(addressee: Addressee, tax_year: str) -> Assessment | None:
    """Return the newest assessment of a person and year."""
    found = Assessment.objects.filter(basis__addressee=addressee, basis__tax_year=tax_year)
    return found.select_related("basis").order_by("-basis__revision").first()


def assessed_years(addressee: Addressee) -> list[str]:
    """Return the tax years (課税年度) for which a person has documents, latest first."""
    years = SourceDocument.objects.filter(addressee=addressee).values_list("tax_year", flat=True)
    return sorted(set(years), key=lambda year: -int(year[1:]))


def comparison_rows(
    answers: Mapping[str, Any], documents: list[SourceDocument]
) -> list[dict[str, Any]]:
    """Return the return and the held reports payer by payer, amount by amount (突合表)."""
    rows = []
    for block, title in BLOCKS.items():
        declared = {payer_key(row.get("payer", "")): row for row in answers.get(block) or []}
        of_block = [d for d in documents if block_of(d.kind) == block and d.is_counting]
        reported = {payer_key(d.content["payer"]): d for d in of_block}
        for key in sorted(declared.keys() | reported.keys()):
            own, held = declared.get(key, {}), reported.get(key)
            report = held.content if held else {}
            rows.append(
                {
                    "title": title,
                    "payer": own.get("payer") or report.get("payer", ""),
                    "amounts": [
                        _amounts(name, own, report)
                        for name in AMOUNTS
                        if name == "revenue" or (own and report)
                    ],
                }
            )
    return rows


def _amounts(name: str, own: Mapping[str, Any], report: Mapping[str, Any]) -> dict[str, Any]:
    declared, reported = own.get(name), report.get(name)
    differs = reported is not None and (declared or 0) != reported
    unknown = bool(own) and not report and name == "revenue"
    return {
        "label": AMOUNTS[name],
        "declared": declared,
        "reported": reported,
        "differs": differs or unknown,
    }
