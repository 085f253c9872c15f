"""Payments (支払のまとめ): a year's 給報 and 年報 as one payment a payer, each yen counted once."""

from collections.abc import Container, Iterable
from typing import Any

from django.utils.translation import gettext as _

from review.reconcile.comparison import AMOUNTS, Difference, Payment, block_of, payer_key, yen
from review.reconcile.models import Disagreement

Kind = Disagreement.Kind


def gather(
    reports: Iterable[Any], *, both_count: Container[str] = ()
) -> tuple[list[Payment], list[Difference]]:
    """Return the payments by payer in the order of their names, and what looks wrong among them.

    Two reports of one payer are added up; where they say the very same, the second is taken for a
    repetition until somebody decides that both count (`both_count` holds such keys). A report that
    includes an earlier employer's payment (前職分) stands for that employer's own report.
    """
    ordered = sorted(reports, key=lambda report: report.source)
    contained, differences = _previous_employers(ordered)
    payments: dict[str, Payment] = {}
    for report in ordered:
        block = block_of(report.kind)
        payment = Payment(block, report.content["payer"])
        payment = payments.setdefault(payment.key, payment)
        if str(report.pk) in contained:
            payment.add(report, counts=False)
            continue
        repeated = any(_says_the_same(report, other) for other in payment.reports)
        if payment.reports and (repeated or block == "salaries"):
            differences.append(_twice(payment, report))
        payment.add(report, counts=not repeated or _twice_key(payment) in both_count)
    return [payment for payment in payments.values() if payment.amounts], differences


def _previous_employers(reports: list[Any]) -> tuple[set[str], list[Difference]]:
    """Return the reports already inside another employer's, and where the two disagree."""
    own = {payer_key(r.content["payer"]): r for r in reports if block_of(r.kind) == "salaries"}
    contained: set[str] = set()
    differences = []
    for report in reports:
        previous = report.content.get("other_payer") or {}
        name = payer_key(previous.get("payer", ""))
        first = own.get(name) if name else None
        if first is None or first is report:
            continue
        contained.add(str(first.pk))
        stated, reported = previous.get("revenue") or 0, first.content.get("revenue") or 0
        if stated != reported:
            differences.append(_previous(name, report, first, stated, reported))
    return contained, differences


def _previous(name: str, later: Any, first: Any, stated: int, reported: int) -> Difference:
    return Difference(
        Kind.PREVIOUS_PAYER,
        f"previous:{name}",
        _("前職分 %(payer)s") % {"payer": first.content["payer"]},
        yen(stated),
        yen(reported),
        [str(later.pk), str(first.pk)],
        abs(reported - stated),
    )


def _says_the_same(report: Any, other: Any) -> bool:
    return all(report.content.get(name) == other.content.get(name) for name in AMOUNTS)


def _twice_key(payment: Payment) -> str:
    return f"twice:{payment.key}"


def _twice(payment: Payment, report: Any) -> Difference:
    first = payment.reports[0]
    revenue = report.content.get("revenue") or 0
    return Difference(
        Kind.REPORT_TWICE,
        _twice_key(payment),
        _("同じ支払者の報告書が2枚以上 %(payer)s") % {"payer": payment.payer},
        yen(first.content.get("revenue")),
        yen(revenue),
        [str(first.pk), str(report.pk)],
        revenue,
    )
