"""Merging (資料併合): a person's documents of a year become one basis, by a written precedence.

1. The return that counts first (precedence.toml) gives deductions, family and other income.
2. A payment that it does not name is added: income is never lost.
3. For a payer that both name, the return's amounts stand and the difference goes on the list.
4. Without a return, the reports give payments and deductions, and one of them the family.
5. A 住民税申告 keeps the loan of the reports; other deductions that it lacks go on the list.
6. The registers add 障害者手帳 and 生活扶助; ワンストップ特例 is void where the person files, and
   where the notices are of more than five municipalities.

Each amount says which document it is from (`origins`: path → document ids, the first of which gave
it). Nothing depends on the order in which documents arrived.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from review.assessment.doubts import (
    doubts_of,
    families_differ,
    housing_doubts,
    too_many_municipalities,
)
from review.assessment.families import another_family, rank_of, stating_family
from review.assessment.housing import housing_of
from review.assessment.inputs import premiums_of
from review.assessment.members import stated_family
from review.assessment.papers import REPORTS, RETURNS, Kind, Paper, in_order
from review.assessment.registers import register_facts
from review.assessment.unclaimed import is_taken, listed, unclaimed
from review.reconcile.checks import Knowledge, check
from review.reconcile.comparison import Difference, Payment, compare, payer_key
from review.reconcile.deaths import with_registered_deaths
from review.reconcile.models import Disagreement
from review.reconcile.payments import gather
from review.reconcile.rulings import Rulings, apply_rulings, keys_of, registered_deaths

INCOME_KIND = {"salaries": "salary", "pensions": "pension"}


@dataclass
class Merged:
    """The merged answers, which document each part came from, and what the documents dispute."""

    answers: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, list[str]] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    #: Whose family counts: the return, or the report that the family was taken from.
    family_document: Paper | None = None


def merge(
    documents: Sequence[Paper],
    *,
    tax_year: str,
    rulings: Rulings | None = None,
    known: Knowledge | None = None,
) -> Merged:
    """Merge the documents that count (not replaced, not void), all of one person and one year.

    `rulings` are what staff decided about earlier disagreements; `known` says which registers the
    city holds for the year at all.
    """
    rulings = rulings or {}
    ordered = in_order(list(documents))
    returns = [d for d in ordered if d.kind in RETURNS]
    reports = [d for d in ordered if d.kind in REPORTS]
    payments, doubts = gather(reports, both_count=_both_count(rulings))
    merged = Merged(differences=doubts)
    if returns:
        _take_return(merged, returns, payments)
        if returns[0].kind == Kind.RESIDENT_RETURN:
            _add_year_end_adjustment(merged, returns[0], reports, rulings, tax_year)
    elif reports:
        _take_reports(merged, reports, rulings, tax_year)
    _add_payments(merged, payments, rulings, filed=bool(returns))
    _add_one_stop(merged, ordered, rulings, filed=bool(returns))
    _add_registers(merged, ordered, tax_year)
    days = registered_deaths(rulings)
    merged.answers = with_registered_deaths(merged.answers, days, keys_of(merged.family_document))
    merged.differences += check(merged.answers, ordered, returns, tax_year, known or Knowledge())
    merged.answers = apply_rulings(merged.answers, rulings, merged.family_document, tax_year)
    return merged


def _both_count(rulings: Rulings) -> set[str]:
    twice = Disagreement.Kind.REPORT_TWICE
    return {key for (kind, key), ruling in rulings.items() if kind == twice and not ruling.denies}


def _take_return(merged: Merged, returns: Sequence[Paper], payments: Sequence[Payment]) -> None:
    """Take over the blocks of the return that counts first (優先資料)."""
    first, own_id = returns[0], str(returns[0].pk)
    merged.answers = dict(first.content["answers"])
    merged.family_document = first
    merged.origins["priority"] = [own_id]
    for block, value in merged.answers.items():
        if block not in INCOME_KIND:
            merged.origins[f"answers.{block}"] = [own_id]
            continue
        for at in range(len(value or [])):
            merged.origins[f"answers.{block}.{at}"] = [own_id]
    merged.differences += compare(merged.answers, payments, own_id)


def _add_year_end_adjustment(
    merged: Merged, first: Paper, reports: Sequence[Paper], rulings: Rulings, tax_year: str
) -> None:
    """Take what 年末調整 gave and a 住民税申告 leaves out: the housing loan, what staff decided.

    住宅借入金等特別控除 has no box on the 住民税申告書; it follows from income tax, of which the
    給報 tells (地方税法附則5条の4の2, 要確認). Other deductions a return claims or not: listed.
    """
    for found in unclaimed(merged.answers, reports, tax_year):
        merged.differences.append(listed(found, str(first.pk)))
        if is_taken(found.block, rulings):
            stated = merged.answers.get(found.block) or {}
            merged.answers[found.block] = {**stated, **found.value}
            merged.origins[f"answers.{found.block}"] = found.documents
            if found.block == "family":
                merged.family_document = stating_family(reports)[0]
    if not merged.answers.get("housing"):
        _take_housing(merged, reports, tax_year)
        merged.differences += housing_doubts(reports, tax_year)


def _take_reports(
    merged: Merged, reports: Sequence[Paper], rulings: Rulings, tax_year: str
) -> None:
    """Take deductions and family from the reports: premiums of all, the family of one."""
    merged.origins["priority"] = [str(max(reports, key=rank_of).pk)]
    for block, (value, documents) in premiums_of(reports).items():
        merged.answers[block] = value
        merged.origins[f"answers.{block}"] = documents
    if stating := stating_family(reports):
        merged.family_document = _family_document(merged, stating, rulings)
        merged.answers["family"] = stated_family(merged.family_document, tax_year)
        merged.origins["answers.family"] = [str(merged.family_document.pk)]
    _take_housing(merged, reports, tax_year)
    merged.differences += doubts_of(reports, merged.family_document, tax_year)


def _take_housing(merged: Merged, reports: Sequence[Paper], tax_year: str) -> None:
    """Take the loan from the report that counts first of those that tell of one."""
    for report in sorted(reports, key=rank_of, reverse=True):
        if found := housing_of(report, tax_year):
            merged.answers["housing"] = found
            merged.origins["answers.housing"] = [str(report.pk)]
            return


def _family_document(merged: Merged, stating: Sequence[Paper], rulings: Rulings) -> Paper:
    """Return the report whose family counts; two that say otherwise are for staff (317条の3の3)."""
    if (other := another_family(stating)) is None:
        return stating[0]
    difference = families_differ(stating[0], other)
    merged.differences.append(difference)
    ruling = rulings.get((difference.kind, difference.key))
    return other if ruling and ruling.denies else stating[0]


def _add_payments(
    merged: Merged, payments: Sequence[Payment], rulings: Rulings, *, filed: bool
) -> None:
    """Add each payment that the answers do not name; one that they name is pointed to as well."""
    not_theirs = {
        key
        for (kind, key), ruling in rulings.items()
        if kind == Disagreement.Kind.NOT_DECLARED and not ruling.denies
    }
    for payment in payments:
        ids = [str(report.pk) for report in payment.reports]
        rows = list(merged.answers.get(payment.block) or [])
        at = _place(rows, payment.payer)
        if at is not None:
            merged.origins[f"answers.{payment.block}.{at}"] += ids
            continue
        if payment.key in not_theirs:
            merged.origins.setdefault("left_out", []).extend(ids)
            continue
        merged.answers[payment.block] = [*rows, {"payer": payment.payer, **payment.amounts}]
        merged.origins[f"answers.{payment.block}.{len(rows)}"] = ids
        kinds = merged.answers.get("income_kinds")
        if kinds is not None or not filed:  # A return that names no kinds means all of them.
            merged.answers["income_kinds"] = sorted({*(kinds or ()), INCOME_KIND[payment.block]})


def _place(rows: Sequence[Mapping[str, Any]], payer: str) -> int | None:
    key = payer_key(payer)
    places = (at for at, row in enumerate(rows) if payer_key(row.get("payer", "")) == key)
    return next(places, None)


def _add_one_stop(
    merged: Merged, documents: Sequence[Paper], rulings: Rulings, *, filed: bool
) -> None:
    """ワンストップ特例 (地方税法附則7条): void where the person files, and beyond five towns."""
    notices = [d for d in documents if d.kind == Kind.ONE_STOP]
    if not notices:
        return
    ids = [str(d.pk) for d in notices]
    if filed:
        merged.origins["void"] = ids
        return
    if over := too_many_municipalities(notices):
        merged.differences.append(over)
        ruling = rulings.get((over.kind, over.key))
        if ruling is None or ruling.denies:
            merged.origins["void"] = ids
            return
    merged.answers["one_stop"] = sum(d.content.get("donated") or 0 for d in notices)
    merged.origins["answers.one_stop"] = ids


def _add_registers(merged: Merged, documents: Sequence[Paper], tax_year: str) -> None:
    """Add what the registers know on the days that count: 障害者手帳, 生活扶助."""
    facts, ids = register_facts(documents, tax_year)
    if facts:
        merged.answers["registers"] = facts
        merged.origins["answers.registers"] = ids
