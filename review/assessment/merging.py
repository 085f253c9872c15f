"""Merging (資料併合): a person's documents of a year become one basis, by a written priority.

1. The latest return (住民税申告) gives deductions, family and other income.
2. A payer's 給報 or 年報 that the return does not name is added: income is never lost.
3. For a payer that both name, the return's amounts stand and the difference goes on the list.
4. Without a return, the reports alone are the basis.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from review.assessment.models import SourceDocument
from review.reconcile.comparison import Difference, block_of, compare, payer_key

INCOME_KIND = {"salaries": "salary", "pensions": "pension"}
SLIP_FIELDS = ("payer", "revenue", "withheld_tax", "social_insurance")


@dataclass(frozen=True)
class Merged:
    """The merged answers, which document each block came from, and what the documents dispute."""

    answers: dict[str, Any]
    origins: dict[str, list[str]]
    differences: list[Difference]


def merge(documents: Sequence[SourceDocument]) -> Merged:
    """Merge the documents that count (not replaced), all of one person and one year."""
    returns = [d for d in documents if d.kind == SourceDocument.Kind.RESIDENT_RETURN]
    reports = [d for d in documents if d.kind != SourceDocument.Kind.RESIDENT_RETURN]
    latest = max(returns, key=lambda d: (d.received_at, d.source), default=None)
    answers = dict(latest.content["answers"]) if latest else {}
    own_id = str(latest.pk) if latest else ""
    origins = {f"answers.{block}": [own_id] for block in answers}
    for report in sorted(reports, key=lambda d: d.source):
        _add(report, answers, origins)
    if latest is None:
        return Merged(answers, origins, [])
    return Merged(answers, origins, compare(latest.content["answers"], reports, own_id))


def _add(report: SourceDocument, answers: dict[str, Any], origins: dict[str, list[str]]) -> None:
    """Add a report's payment unless the answers hold that payer already."""
    block = block_of(report.kind)
    rows = list(answers.get(block) or [])
    origin = origins.setdefault(f"answers.{block}", [])
    origin.append(str(report.pk))
    if any(payer_key(row.get("payer", "")) == payer_key(report.content["payer"]) for row in rows):
        return
    slip = {name: report.content[name] for name in SLIP_FIELDS if name in report.content}
    answers[block] = [*rows, slip]
    kinds = answers.get("income_kinds") or []
    answers["income_kinds"] = sorted({*kinds, INCOME_KIND[block]})
