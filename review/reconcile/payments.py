"""Payments (支払のまとめ): a year's 給報 and 年報 as one payment a payer, each yen counted once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from review.reconcile.comparison import (
    AMOUNTS,
    Difference,
    Payment,
    block_of,
    payer_key,
    sum_of,
    yen,
)
from review.reconcile.models import Disagreement
from review.reconcile.rulings import Ruling, Rulings

Kind = Disagreement.Kind
_NO_RULINGS: Rulings = MappingProxyType({})


def gather(
    reports: Iterable[Any], rulings: Rulings = _NO_RULINGS
) -> tuple[list[Payment], list[Difference]]:
    """Return the payments by payer in the order in which they came, and what looks wrong.

    The reports of one payer are added up; one that says the very same as another is taken for a
    repetition until somebody decides that both count. A report that includes an earlier employer's
    payment (前職分) stands for that employer's own.
    """
    ordered = sorted(reports, key=lambda report: (report.received_at, report.source))
    payments: dict[str, Payment] = {}
    for report in ordered:
        payment = Payment(block_of(report.kind), report.content["payer"])
        payments.setdefault(payment.key, payment).reports.append(report)
    before = _PreviousEmployers(payments, rulings)
    differences = [difference for report in ordered for difference in before.named_by(report)]
    # What lay inside a report that is replaced counts again, and may itself have been sent anew.
    while any(before.let_go(_replaced(one, before, rulings)) for one in payments.values()):
        pass
    for payment in payments.values():
        differences += _count(payment, before, rulings)
    return list(payments.values()), differences


def _count(
    payment: Payment, before: "_PreviousEmployers", rulings: Rulings
) -> Iterator[Difference]:
    """Add up a payer's reports, each payment once; yield that there are several."""
    own, ruling = before.outside(payment), _ruled_twice(payment, before, rulings)
    if _is_listed(payment, own):
        yield _twice(payment, own)
    if replaced := _replaced(payment, before, rulings):
        payment.replaced, own = replaced, own[-1:]
    left_out = [] if ruling and not ruling.denies else _repeated(own)
    for report in own:
        if report not in left_out:
            payment.count(report)
            for name, more in before.found_more.get(str(report.pk), {}).items():
                payment.add(name, more)


def _replaced(payment: Payment, before: "_PreviousEmployers", rulings: Rulings) -> list[Any]:
    """Return in whose place the last report stands, as staff decided (訂正の印のない再提出).

    Where some differ, the last that came is the others as corrected.
    """
    ruling, own = _ruled_twice(payment, before, rulings), before.outside(payment)
    denied = ruling is not None and ruling.denies
    return own[:-1] if denied and len(_repeated(own)) + 1 < len(own) else []


def _ruled_twice(payment: Payment, before: "_PreviousEmployers", rulings: Rulings) -> Ruling | None:
    """Return what staff decided about a payer's several reports, None where none are listed."""
    listed = _is_listed(payment, before.outside(payment))
    return rulings.get((Kind.REPORT_TWICE, _twice_key(payment))) if listed else None


def _is_listed(payment: Payment, own: Sequence[Any]) -> bool:
    """Tell whether staff are shown that a payer reported more than once."""
    return len(own) > 1 and (payment.block == "salaries" or bool(_repeated(own)))


def _repeated(reports: Sequence[Any]) -> list[Any]:
    """Return the reports that say the very same as one before them."""
    return [
        one
        for at, one in enumerate(reports)
        if any(_says_the_same(one, other) for other in reports[:at])
    ]


class _PreviousEmployers:
    """前職分: which reports lie inside another employer's, and where the two say otherwise.

    Of an earlier employer the layout states 支払金額, 社会保険料 and 徴収税額, but not what of the
    premiums was 小規模企業共済等掛金. An empty box says nothing; only 支払金額 is taken for 0 then.
    """

    def __init__(self, payments: Mapping[str, Payment], rulings: Rulings) -> None:
        self._payments, self._rulings = payments, rulings
        #: Id of a report → that of the report whose payment includes its own.
        self.inside: dict[str, str] = {}
        #: Id of a report → amount → yen by which it includes too little, as staff decided.
        self.found_more: dict[str, dict[str, int]] = {}

    def named_by(self, later: Any) -> Iterator[Difference]:
        """Put the reports of the employer that `later` names inside it; yield what differs."""
        previous = later.content.get("other_payer") or {}
        name = payer_key(previous.get("payer", "")) if block_of(later.kind) == "salaries" else ""
        payment = self._payments.get(f"salaries:{name}") if name else None
        own = [one for one in payment.reports if one is not later] if payment else []
        if not own:
            return
        ids = [str(one.pk) for one in own]
        # Two that include each other would both be lost; in two that include it, it counts twice.
        unclear = self._lies_around(later, ids) or self._lies_elsewhere(later, ids)
        if not unclear:
            self.inside |= dict.fromkeys(ids, str(later.pk))
        repeated = _repeated(own)
        each = [one.content for one in own if one not in repeated]
        for amount in AMOUNTS:
            reported, stated = sum_of(each, amount), previous.get(amount) or 0
            if amount != "revenue" and (unclear or not _is_stated(amount, previous, each)):
                continue  # That it is unclear is said once.
            if stated != reported or unclear:
                difference = _previous(name, amount, later, own, stated, reported)
                yield difference
                if not unclear and self._is_ruled_more(difference, reported):
                    self.found_more.setdefault(str(later.pk), {})[amount] = reported - stated

    def outside(self, payment: Payment) -> list[Any]:
        """Return the payer's reports that no other report includes."""
        return [report for report in payment.reports if str(report.pk) not in self.inside]

    def let_go(self, reports: Sequence[Any]) -> bool:
        """Take out what lies inside these; tell whether anything did."""
        holders = {str(report.pk) for report in reports}
        freed = [one for one, holder in self.inside.items() if holder in holders]
        for one in freed:
            del self.inside[one]
        return bool(freed)

    def _is_ruled_more(self, difference: Difference, reported: int) -> bool:
        """Tell whether staff decided for what the earlier employer reports, and it still does."""
        ruling = self._rulings.get((difference.kind, difference.key))
        return bool(ruling and ruling.denies and ruling.amount == reported)

    def _lies_around(self, report: Any, ids: Sequence[str]) -> bool:
        """Tell whether one of these includes the report, or what includes it, and so on."""
        at = str(report.pk)
        while at := self.inside.get(at, ""):
            if at in ids:
                return True
        return False

    def _lies_elsewhere(self, later: Any, ids: Sequence[str]) -> bool:
        """Tell whether another payer's report includes these already."""
        holders = {self.inside[one] for one in ids if one in self.inside}
        payer = f"salaries:{payer_key(later.content['payer'])}"
        return not holders <= {str(one.pk) for one in self._payments[payer].reports}


def _previous(
    name: str, amount: str, later: Any, own: Sequence[Any], stated: int, reported: int
) -> Difference:
    words = {"payer": own[0].content["payer"], "amount": AMOUNTS[amount]}
    is_first = amount == "revenue"
    return Difference(
        Kind.PREVIOUS_PAYER,
        f"previous:{name}" if is_first else f"previous:{name}:{amount}",
        (_("前職分 %(payer)s") if is_first else _("前職分 %(payer)s %(amount)s")) % words,
        yen(stated),
        yen(reported),
        [str(later.pk), *(str(one.pk) for one in own)],
        abs(reported - stated),
    )


def _is_stated(
    amount: str, previous: Mapping[str, Any], reports: Iterable[Mapping[str, Any]]
) -> bool:
    """Tell whether both sides state an amount, so that they can differ."""
    there = any(one.get(amount) is not None for one in reports)
    return there and previous.get(amount) is not None


def _says_the_same(report: Any, other: Any) -> bool:
    return all(report.content.get(name) == other.content.get(name) for name in AMOUNTS)


def _twice_key(payment: Payment) -> str:
    return f"twice:{payment.key}"


def _twice(payment: Payment, reports: Sequence[Any]) -> Difference:
    """Return that a payer reported more than once, with every report that did."""
    first, *others = [report.content.get("revenue") or 0 for report in reports]
    return Difference(
        Kind.REPORT_TWICE,
        _twice_key(payment),
        _("同じ支払者の報告書が2枚以上 %(payer)s") % {"payer": payment.payer},
        yen(first),
        "、".join(map(yen, others)),
        [str(report.pk) for report in reports],
        sum(others),
    )
