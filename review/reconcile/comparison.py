"""Comparing payments (資料間のチェック): the return beside the 支払報告書 held, payer by payer."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
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
    #: Of them, whose amounts are added up: not one that repeats another or lies inside one.
    counted: list[Any] = field(default_factory=list)
    #: Of them, in whose place another stands, as staff decided: nothing of them counts.
    replaced: list[Any] = field(default_factory=list)
    amounts: dict[str, int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.block}:{payer_key(self.payer)}"

    def count(self, report: Any) -> None:
        """Add up what a report states."""
        self.counted.append(report)
        for name in (*AMOUNTS, *PARTS):
            if report.content.get(name) is not None:
                self.add(PARTS.get(name, name), report.content[name])

    def add(self, name: str, amount: int) -> None:
        self.amounts[name] = self.amounts.get(name, 0) + amount


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


def rows_by_payer(answers: Mapping[str, Any], block: str) -> dict[str, list[Mapping[str, Any]]]:
    """Return a return's rows (源泉徴収票) by payer: one payer may have given several."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in answers.get(block) or []:
        found.setdefault(f"{block}:{payer_key(row.get('payer', ''))}", []).append(row)
    return found


def compare(
    declared: Mapping[str, Any], payments: Iterable[Payment], own_id: str
) -> list[Difference]:
    """Return where a return (its answers) and the payments reported differ, payer by payer.

    What a payer's slips come to together stands beside what its reports come to together.
    """
    held = {payment.key: payment for payment in payments}
    found: list[Difference] = []
    seen = set()
    for block in BLOCKS:
        for key, rows in rows_by_payer(declared, block).items():
            seen.add(key)
            if key in held:
                found += _amounts(held[key], rows, own_id)
            else:
                found.append(_unreported(block, key, rows, own_id))
    return found + [_undeclared(held[key], own_id) for key in held if key not in seen]


def sum_of(rows: Iterable[Mapping[str, Any]], name: str) -> int:
    """Return what rows come to (合計); an empty box is 0."""
    return sum(row.get(name) or 0 for row in rows)


def _amounts(payment: Payment, rows: list[Mapping[str, Any]], own_id: str) -> Iterator[Difference]:
    for name, label in AMOUNTS.items():
        reported, declared = payment.amounts.get(name), sum_of(rows, name)
        if reported is None or declared == reported:
            continue
        yield Difference(
            Kind.AMOUNT,
            f"{payment.key}:{name}",
            f"{_about(payment)} {label}",
            yen(declared),
            yen(reported),
            [own_id, *(str(report.pk) for report in payment.reports)],
            abs(reported - declared),
        )


def _undeclared(payment: Payment, own_id: str) -> Difference:
    amount = payment.amounts.get("revenue", 0)
    documents = [own_id, *(str(report.pk) for report in payment.reports)]
    return Difference(
        Kind.NOT_DECLARED, payment.key, _about(payment), "", yen(amount), documents, amount
    )


def _unreported(block: str, key: str, rows: list[Mapping[str, Any]], own_id: str) -> Difference:
    about = f"{BLOCKS[block]} {rows[0].get('payer', '')}"
    amount = sum_of(rows, "revenue")
    return Difference(Kind.NOT_REPORTED, key, about, yen(amount), "", [own_id], amount)


def together(differences: Iterable[Difference]) -> list[Difference]:
    """Return differences of which no two are of one kind and key: what both say is said in one.

    A decision is about a kind and key: it must not cover what nobody was shown.
    """
    found: dict[tuple[str, str], Difference] = {}
    for one in differences:
        place = (one.kind, one.key)
        found[place] = _joined(found[place], one) if place in found else one
    return list(found.values())


def _joined(first: Difference, other: Difference) -> Difference:
    texts = {
        name: "、".join(dict.fromkeys(filter(None, (getattr(first, name), getattr(other, name)))))
        for name in ("label", "declared", "reported")
    }
    amounts = [one.amount for one in (first, other) if one.amount is not None]
    documents = list(dict.fromkeys([*first.documents, *other.documents]))
    amount = sum(amounts) if amounts else None
    return replace(first, **texts, documents=documents, amount=amount)


def _about(payment: Payment) -> str:
    return f"{BLOCKS[payment.block]} {payment.payer}"


def yen(amount: int | None) -> str:
    return f"{amount or 0:,}円"
