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

from collections.abc import Sequence
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
from review.reconcile.comparison import (
    Difference,
    Payment,
    compare,
    payer_key,
    rows_by_payer,
    together,
)
from review.reconcile.deaths import with_registered_deaths
from review.reconcile.models import Disagreement
from review.reconcile.payments import gather
from review.reconcile.rulings import (
    Rulings,
    apply_rulings,
    keys_of,
    registered_deaths,
    still_standing,
)

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
    gathered, doubts = gather(reports, rulings)
    payments = [payment for payment in gathered if payment.amounts]
    merged = Merged(differences=doubts)
    if returns:
        _take_return(merged, returns, payments)
    gathered = _without_others(merged, gathered, rulings)
    if returns and returns[0].kind == Kind.RESIDENT_RETURN:
        _add_year_end_adjustment(merged, returns[0], gathered, rulings, tax_year)
    elif not returns and gathered:
        _take_reports(merged, gathered, rulings, tax_year)
    _add_payments(merged, [p for p in gathered if p.amounts], filed=bool(returns))
    _add_one_stop(merged, ordered, rulings, filed=bool(returns))
    _add_registers(merged, ordered, tax_year)
    days = registered_deaths(rulings)
    merged.answers = with_registered_deaths(merged.answers, days, keys_of(merged.family_document))
    merged.differences += check(merged.answers, ordered, returns, tax_year, known or Knowledge())
    merged.differences = together(merged.differences)
    standing = still_standing(rulings, merged.differences)
    merged.answers = apply_rulings(
        merged.answers, standing, merged.family_document, tax_year, payments
    )
    return merged


def _without_others(merged: Merged, payments: Sequence[Payment], rulings: Rulings) -> list[Payment]:
    """Return the payments but those that were decided to be somebody else's (本人のものでない)."""
    declared = {key for block in INCOME_KIND for key in rows_by_payer(merged.answers, block)}
    not_declared, own = Disagreement.Kind.NOT_DECLARED, []
    for payment in payments:
        ruling = rulings.get((not_declared, payment.key))
        if payment.key in declared or ruling is None or ruling.denies:
            own.append(payment)
        else:
            ids = [str(report.pk) for report in payment.reports]
            merged.origins.setdefault("left_out", []).extend(ids)
    return own


def _reports_of(payments: Sequence[Payment], *, counted: bool = False) -> list[Paper]:
    """Return the reports behind payments: all but the replaced, or whose amounts are `counted`."""
    return [
        report
        for payment in payments
        for report in (payment.counted if counted else payment.reports)
        if report not in payment.replaced
    ]


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
    merged: Merged, first: Paper, payments: Sequence[Payment], rulings: Rulings, tax_year: str
) -> None:
    """Take what 年末調整 gave and a 住民税申告 leaves out: the housing loan, what staff decided.

    住宅借入金等特別控除 has no box on the 住民税申告書; it follows from income tax, of which the
    給報 tells (地方税法附則5条の4の2, 要確認). Other deductions a return claims or not: listed.
    """
    reports, counted = _reports_of(payments), _reports_of(payments, counted=True)
    for found in unclaimed(merged.answers, reports, counted, tax_year):
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
    merged: Merged, payments: Sequence[Payment], rulings: Rulings, tax_year: str
) -> None:
    """Take deductions and family from the reports: premiums of all that count, one's family."""
    reports = _reports_of(payments)
    merged.origins["priority"] = [str(max(reports, key=rank_of).pk)]
    for block, (value, documents) in premiums_of(_reports_of(payments, counted=True)).items():
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


def _add_payments(merged: Merged, payments: Sequence[Payment], *, filed: bool) -> None:
    """Add each payment that the answers do not name; one that they name is pointed to as well."""
    for payment in payments:
        ids = [str(report.pk) for report in payment.reports]
        rows = list(merged.answers.get(payment.block) or [])
        own = payer_key(payment.payer)
        named = [at for at, row in enumerate(rows) if payer_key(row.get("payer", "")) == own]
        for at in named:
            merged.origins[f"answers.{payment.block}.{at}"] += ids
        if named:
            continue
        merged.answers[payment.block] = [*rows, {"payer": payment.payer, **payment.amounts}]
        merged.origins[f"answers.{payment.block}.{len(rows)}"] = ids
        kinds = merged.answers.get("income_kinds")
        if kinds is not None or not filed:  # A return that names no kinds means all of them.
            merged.answers["income_kinds"] = sorted({*(kinds or ()), INCOME_KIND[payment.block]})


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
