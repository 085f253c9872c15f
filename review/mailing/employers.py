"""Employers who are sent a 給報総括表: who filed reports or withholds, each of them once.

An employer is known by its 法人番号, without one by its 指定番号, without either by its name: the
number of a person who pays wages is a 個人番号 and is nowhere in the documents.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from review.addressees.folding import search_key
from review.addressees.models import Business
from review.assessment.models import SourceDocument, counting_documents
from review.levy.queries import previous_year
from review.mailing import rules
from review.mailing.models import LeftOut, Reason, Target
from review.notices.employers import everyone
from review.notices.models import Order
from review.sealed_fields import opened

Key = tuple[str, str]


@dataclass
class Known:
    """What the documents and the register say of one employer."""

    name: str
    number: str = ""
    designated: str = ""
    reasons: set[str] = field(default_factory=set)
    business: Business | None = None

    @property
    def key(self) -> Key:
        """Return what makes it one: 法人番号, else 指定番号, else the folded name."""
        if self.number:
            return "number", self.number
        if self.designated:
            return "designated", self.designated
        return "name", search_key(self.name)


def list_employers(order: Order, day: date) -> int:
    """Put the employers of the year before on the list of an order; return how many."""
    out = rules.switched_on(rules.exclusions(order.kind))
    known = employers_of(
        previous_year(order.tax_year), rules.switched_on(rules.reasons(order.kind))
    )
    for sent in Target.objects.filter(
        order__kind=order.kind, order__tax_year=order.tax_year, documents__isnull=False
    ):
        known.pop(Known(sent.employer, sent.employer_number, sent.designated_number).key, None)
    targets = [_target(order, known[key], out, day) for key in sorted(known)]
    Target.objects.bulk_create(targets, batch_size=2_000)
    return len(targets)


def employers_of(tax_year: str, on: Iterable[str]) -> dict[Key, Known]:
    """Return who filed reports or withholds in a year, for the reasons that are switched on."""
    listed: list[tuple[str, Known]] = []
    if Reason.FILED_REPORTS in on:
        listed += [(Reason.FILED_REPORTS, one) for one in _reporting(tax_year)]
    if Reason.WITHHOLDS in on:
        withholding = everyone(tax_year)
        listed += [(Reason.WITHHOLDS, Known(one.name, one.number)) for one in withholding]
    _complete([one for _reason, one in listed])
    found: dict[Key, Known] = {}
    for reason, one in listed:
        kept = found.setdefault(one.key, one)
        kept.designated = kept.designated or one.designated
        kept.reasons.add(reason)
    return found


def _reporting(tax_year: str) -> list[Known]:
    reports = SourceDocument.objects.filter(
        counting_documents(), tax_year=tax_year, kind=SourceDocument.Kind.SALARY_REPORT
    )
    names = ("content__payer", "content__payer_number", "content__designated_number")
    found = {tuple(value or "" for value in row) for row in opened(reports, *names)}
    # Named first by a report that has the numbers, whatever order the rows are read in.
    rows = sorted(found, key=lambda row: [(not value, value) for value in row])
    return [Known(payer, number, mark) for payer, number, mark in rows if payer]


def _complete(employers: list[Known]) -> None:
    """Add what the register or another report tells of employers: business, numbers."""
    by_number: dict[str, Business] = {}
    by_mark: dict[str, Business] = {}
    marks: dict[str, set[str]] = {}
    for business in Business.objects.order_by("number"):
        if business.corporate_number:
            by_number[business.corporate_number] = business
        if business.designated_number:
            by_mark[business.designated_number] = business
            if not business.corporate_number:
                marks.setdefault(business.name_key, set()).add(business.designated_number)
    for one in employers:
        if one.designated and not one.number:
            marks.setdefault(search_key(one.name), set()).add(one.designated)
    for one in employers:
        # A name leads to a 指定番号 only where it is the name of one alone.
        alike = marks.get(search_key(one.name), set()) if not one.number else set()
        if not one.designated and len(alike) == 1:
            (one.designated,) = alike
        one.business = by_number.get(one.number) or by_mark.get(one.designated)
        if one.business and not one.number:
            one.number = one.business.corporate_number or ""
        if one.business:
            one.designated = one.business.designated_number or one.designated


def _target(order: Order, employer: Known, out: list[str], day: date) -> Target:
    business = employer.business
    against = {
        LeftOut.CLOSED: business and business.closed_on and business.closed_on <= day,
        LeftOut.NOT_WANTED: business and not business.wants_summary_form,
        LeftOut.NO_ADDRESS: not business or not business.address,
    }
    return Target(
        order=order,
        employer=business.name if business else employer.name,
        employer_number=employer.number,
        designated_number=employer.designated,
        address=business.address if business else "",
        reasons=sorted(employer.reasons),
        left_out=next((code for code in out if against.get(LeftOut(code))), ""),
    )
