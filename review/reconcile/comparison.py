"""Comparing documents (資料間のチェック): the return beside the 支払報告書 held, payer by payer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from review.addressees.folding import search_key
from review.reconcile.models import Disagreement

BLOCKS = {"salaries": _("給与"), "pensions": _("公的年金等")}
AMOUNTS = {
    "revenue": _("支払金額"),
    "social_insurance": _("社会保険料等の金額"),
    "withheld_tax": _("源泉徴収税額"),
}
_COMPANY_WORDS = ("株式会社", "有限会社", "合同会社", "(株)", "(有)")


@dataclass(frozen=True)
class Difference:
    """One thing that two documents say differently; `documents` are their ids."""

    kind: str
    key: str
    label: str
    declared: str
    reported: str
    documents: list[str]


def payer_key(name: str) -> str:
    """Return a payer's name without spaces and legal form, for recognising it."""
    folded = search_key(name)
    for word in _COMPANY_WORDS:
        folded = folded.replace(search_key(word), "")
    return folded


def compare(declared: Mapping[str, Any], reports: Iterable[Any], own_id: str) -> list[Difference]:
    """Return where a return and the held reports differ.

    `declared` are the return's answers; `reports` are source documents of 給報 and 年報.
    """
    found: list[Difference] = []
    for block in BLOCKS:
        rows = {payer_key(row.get("payer", "")): row for row in declared.get(block) or []}
        held = {payer_key(r.content["payer"]): r for r in reports if block_of(r.kind) == block}
        for key, report in held.items():
            found += _against(block, key, rows.get(key), report, own_id)
        for key in rows.keys() - held.keys():
            found.append(_unreported(block, key, rows[key], own_id))
    return found


def block_of(kind: str) -> str:
    """Return the block of the answers that a report's kind belongs to."""
    return {"salary_report": "salaries", "pension_report": "pensions"}.get(kind, "")


def _against(
    block: str, key: str, row: Mapping[str, Any] | None, report: Any, own_id: str
) -> list[Difference]:
    about = f"{BLOCKS[block]} {report.content['payer']}"
    documents = [own_id, str(report.pk)]
    if row is None:
        amount = yen(report.content.get("revenue"))
        kind = Disagreement.Kind.NOT_DECLARED
        return [Difference(kind, f"{block}:{key}", about, "", amount, documents)]
    return [
        Difference(
            Disagreement.Kind.AMOUNT,
            f"{block}:{key}:{name}",
            f"{about} {label}",
            yen(row.get(name)),
            yen(report.content.get(name)),
            documents,
        )
        for name, label in AMOUNTS.items()
        if report.content.get(name) is not None
        and (row.get(name) or 0) != (report.content.get(name) or 0)
    ]


def _unreported(block: str, key: str, row: Mapping[str, Any], own_id: str) -> Difference:
    return Difference(
        Disagreement.Kind.NOT_REPORTED,
        f"{block}:{key}",
        f"{BLOCKS[block]} {row.get('payer', '')}",
        yen(row.get("revenue")),
        "",
        [own_id],
    )


def yen(amount: int | None) -> str:
    return f"{amount or 0:,}円"
