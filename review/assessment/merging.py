"""Merging (資料併合): a person's documents of a year become one basis, by a written precedence.

1. The return that counts first (precedence.toml) gives deductions, family and other income.
2. A payment that it does not name is added: income is never lost.
3. For a payer that both name, the return's amounts stand and the difference goes on the list.
4. Without a return, the reports give payments, deductions and family.
5. A 住民税申告 keeps the housing loan of the 給報; other deductions that it lacks go on the list.
6. The registers add 障害者手帳 and 生活扶助; ワンストップ特例 is void where the person files.

Each amount says which document it is from (`origins`: path → document ids, the first of which gave
it). Nothing depends on the order in which documents arrived.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from review.assessment.inputs import family_of, housing_of, premiums_of
from review.assessment.papers import REPORTS, RETURNS, Kind, Paper, in_order
from review.assessment.registers import register_facts
from review.assessment.unclaimed import is_taken, listed, main_report, unclaimed
from review.reconcile.checks import Knowledge, check
from review.reconcile.comparison import Difference, Payment, compare, payer_key
from review.reconcile.models import Disagreement
from review.reconcile.payments import gather
from review.reconcile.rulings import Rulings, apply_rulings

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
            _add_year_end_adjustment(merged, returns[0], reports, rulings)
    elif reports:
        _take_reports(merged, reports)
    _add_payments(merged, payments, rulings)
    _add_one_stop(merged, ordered, filed=bool(returns))
    _add_registers(merged, ordered, tax_year)
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
    merged: Merged, first: Paper, reports: Sequence[Paper], rulings: Rulings
) -> None:
    """Take what 年末調整 gave and a 住民税申告 leaves out: the housing loan, what staff decided.

    住宅借入金等特別控除 has no box on the 住民税申告書; it follows from income tax, of which the
    給報 tells (地方税法附則5条の4の2, 要確認). Other deductions a return claims or not: listed.
    """
    for found in unclaimed(merged.answers, reports):
        merged.differences.append(listed(found, str(first.pk)))
        if is_taken(found.block, rulings):
            merged.answers[found.block] = found.value
            merged.origins[f"answers.{found.block}"] = found.documents
            if found.block == "family":
                merged.family_document = main_report(reports)
    if reports and not merged.answers.get("housing"):
        main = main_report(reports)
        if loan := housing_of(main):
            merged.answers["housing"] = loan
            merged.origins["answers.housing"] = [str(main.pk)]


def _take_reports(merged: Merged, reports: Sequence[Paper]) -> None:
    """Take deductions and family from the reports: premiums of all, the family of the main one."""
    main = main_report(reports)
    merged.origins["priority"] = [str(main.pk)]
    for block, (value, documents) in premiums_of(reports).items():
        merged.answers[block] = value
        merged.origins[f"answers.{block}"] = documents
    for block, found in (("family", family_of(main)), ("housing", housing_of(main))):
        if found:
            merged.answers[block] = found
            merged.origins[f"answers.{block}"] = [str(main.pk)]
    merged.family_document = main if "family" in merged.answers else None


def _add_payments(merged: Merged, payments: Sequence[Payment], rulings: Rulings) -> None:
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
        kinds = merged.answers.get("income_kinds") or []
        merged.answers["income_kinds"] = sorted({*kinds, INCOME_KIND[payment.block]})


def _place(rows: Sequence[Mapping[str, Any]], payer: str) -> int | None:
    key = payer_key(payer)
    places = (at for at, row in enumerate(rows) if payer_key(row.get("payer", "")) == key)
    return next(places, None)


def _add_one_stop(merged: Merged, documents: Sequence[Paper], *, filed: bool) -> None:
    """ワンストップ特例 (地方税法附則7条): void where the person files a return."""
    notices = [d for d in documents if d.kind == Kind.ONE_STOP]
    if not notices:
        return
    ids = [str(d.pk) for d in notices]
    if filed:
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
