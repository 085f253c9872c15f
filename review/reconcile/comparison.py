"""Comparing payments (資料間のチェック): the return beside the 支払報告書 held, payer by payer."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from review.addressees.folding import search_key
from review.reconcile.models import Disagreement

Kind = Disagreement.Kind
BLOCKS = {"salaries": _("給与"), "pensions": _("公的年金等")}
AMOUNTS = {
    "revenue": _("支払金額"),
    "social_insurance": _("社会保険料等の金額"),
    "withheld_tax": _("源泉徴収税額"),
}
# What a report calls otherwise than a return: 社会保険料等の金額の内訳, a part of that amount.
PARTS = {"small_business_mutual": "mutual_aid"}
_BLOCK_OF = {"salary_report": "salaries", "pension_report": "pensions"}
_COMPANY_WORDS = tuple(map(search_key, ("株式会社", "有限会社", "合同会社", "(株)", "(有)")))


@dataclass(frozen=True)
class Difference:
    """One thing that two documents say differently; `documents` are their ids, `amount` yen."""

    kind: str
    key: str
    label: str
    declared: str
    reported: str
    documents: list[str]
    amount: int | None = None


@dataclass
class Payment:
    """Payment (支払): what one payer reported, from one report or from several together."""

    block: str
    payer: str
    reports: list[Any] = field(default_factory=list)
    amounts: dict[str, int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.block}:{payer_key(self.payer)}"

    def add(self, report: Any, *, counts: bool = True) -> None:
        """Take in a report; one that only repeats another is named and not counted."""
        self.reports.append(report)
        for name in (*AMOUNTS, *PARTS):
            if counts and report.content.get(name) is not None:
                own = PARTS.get(name, name)
                self.amounts[own] = self.amounts.get(own, 0) + report.content[name]


@lru_cache(maxsize=65_536)
def payer_key(name: str) -> str:
    """Return a payer's name without spaces and legal form, for recognising it."""
    folded = search_key(name)
    for word in _COMPANY_WORDS:
        folded = folded.replace(word, "")
    return folded


def block_of(kind: str) -> str:
    """Return the block of the answers that a report's kind belongs to."""
    return _BLOCK_OF.get(kind, "")


def compare(
    declared: Mapping[str, Any], payments: Iterable[Payment], own_id: str
) -> list[Difference]:
    """Return where a return (its answers) and the payments reported differ."""
    held = {payment.key: payment for payment in payments}
    found: list[Difference] = []
    seen = set()
    for block in BLOCKS:
        for row in declared.get(block) or []:
            key = f"{block}:{payer_key(row.get('payer', ''))}"
            if key not in held:
                found.append(_unreported(block, key, row, own_id))
            elif key not in seen:
                found += _amounts(held[key], row, own_id)
            seen.add(key)
    return found + [_undeclared(held[key], own_id) for key in held if key not in seen]


def _amounts(payment: Payment, row: Mapping[str, Any], own_id: str) -> Iterator[Difference]:
    for name, label in AMOUNTS.items():
        reported = payment.amounts.get(name)
        if reported is None or (row.get(name) or 0) == reported:
            continue
        yield Difference(
            Kind.AMOUNT,
            f"{payment.key}:{name}",
            f"{_about(payment)} {label}",
            yen(row.get(name)),
            yen(reported),
            [own_id, *(str(report.pk) for report in payment.reports)],
            abs(reported - (row.get(name) or 0)),
        )


def _undeclared(payment: Payment, own_id: str) -> Difference:
    amount = payment.amounts.get("revenue", 0)
    documents = [own_id, *(str(report.pk) for report in payment.reports)]
    return Difference(
        Kind.NOT_DECLARED, payment.key, _about(payment), "", yen(amount), documents, amount
    )


def _unreported(block: str, key: str, row: Mapping[str, Any], own_id: str) -> Difference:
    about = f"{BLOCKS[block]} {row.get('payer', '')}"
    amount = row.get("revenue") or 0
    return Difference(Kind.NOT_REPORTED, key, about, yen(amount), "", [own_id], amount)


def _about(payment: Payment) -> str:
    return f"{BLOCKS[payment.block]} {payment.payer}"


def yen(amount: int | None) -> str:
    return f"{amount or 0:,}円"
