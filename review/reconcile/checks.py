"""Checks of a person's documents against each other and the registers (資料間チェック)."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from filing import load_form
from review.assessment.papers import REPORTS, RETURNS, Paper
from review.assessment.papers import Kind as Document
from review.reconcile.comparison import Difference, yen
from review.reconcile.models import Disagreement
from review.reconcile.spouses import contradiction_in

Kind = Disagreement.Kind
SCHEMES = {
    "national_health": "国民健康保険料",
    "care": "介護保険料",
    "late_elderly": "後期高齢者医療保険料",
    "national_pension": "国民年金保険料",
}
#: Schemes that the city itself runs: whoever is not in its data has paid nothing there.
CITY_SCHEMES = ("national_health", "care", "late_elderly")
GRADES = {"general": "障害者", "special": "特別障害者", "": "なし"}


@dataclass(frozen=True)
class Knowledge:
    """Which registers the city has taken in for the year (保険・障害): without one, no check."""

    insurance: bool = False
    disability: bool = False


@cache
def limits() -> dict[str, Any]:
    """Return the figures of checks.toml."""
    return tomllib.loads(Path(__file__).with_name("checks.toml").read_text(encoding="utf-8"))


def check(
    answers: Mapping[str, Any],
    documents: Sequence[Paper],
    returns: Sequence[Paper],
    tax_year: str,
    known: Knowledge,
) -> list[Difference]:
    """Return what contradicts itself among a person's documents of one year.

    `answers` are merged and as declared, before what staff decided is applied.
    """
    found = [*_assistance(answers), *_contradictions(answers, documents, tax_year)]
    if returns:
        found += _insurance(answers, documents, str(returns[0].pk), known)
        found += _disability(answers, documents, str(returns[0].pk), known)
        found += _returns_differ(returns, tax_year)
        found += _one_stop_void(documents, str(returns[0].pk))
    return found


def _insurance(
    answers: Mapping[str, Any], documents: Sequence[Paper], own_id: str, known: Knowledge
) -> Iterator[Difference]:
    """社会保険料: declared by scheme against what was paid into it."""
    declared: dict[str, int] = {}
    for row in answers.get("social_insurance") or []:
        scheme = row.get("kind", "")
        declared[scheme] = declared.get(scheme, 0) + (row.get("amount") or 0)
    held = [d for d in documents if d.kind == Document.INSURANCE]
    for scheme, amount in sorted(declared.items()):
        records = [d for d in held if d.content.get("scheme") == scheme]
        if not records and not (known.insurance and scheme in CITY_SCHEMES):
            continue
        paid = sum(d.content.get("paid") or 0 for d in records)
        if amount > paid:
            ids = [own_id, *(str(d.pk) for d in records)]
            label = SCHEMES.get(scheme, scheme)
            yield Difference(
                Kind.INSURANCE_OVER,
                f"social_insurance:{scheme}",
                label,
                yen(amount),
                yen(paid),
                ids,
                amount - paid,
            )


def _disability(
    answers: Mapping[str, Any], documents: Sequence[Paper], own_id: str, known: Knowledge
) -> Iterator[Difference]:
    """障害者控除 declared against the certificate that holds on 31 December."""
    claimed = (answers.get("personal") or {}).get("disability") or ""
    registered = (answers.get("registers") or {}).get("disability", "")
    if not claimed or claimed == registered:
        return
    held = [str(d.pk) for d in documents if d.kind == Document.DISABILITY]
    if held or known.disability:
        label = _("本人の障害者控除")
        sides = (GRADES.get(claimed, claimed), GRADES[registered])
        yield Difference(Kind.DISABILITY, "disability", label, *sides, [own_id, *held])


def _assistance(answers: Mapping[str, Any]) -> Iterator[Difference]:
    """生活扶助: free of all tax, and yet payments that speak against it."""
    if not (answers.get("registers") or {}).get("livelihood_protection"):
        return
    rows = [*(answers.get("salaries") or []), *(answers.get("pensions") or [])]
    paid = sum(row.get("revenue") or 0 for row in rows)
    if paid > limits()["assistance_payments"]:
        label = _("1月1日に生活扶助を受けている人の支払")
        yield Difference(Kind.ASSISTANCE, "assistance", label, yen(paid), _("生活扶助"), [], paid)


def _contradictions(
    answers: Mapping[str, Any], documents: Sequence[Paper], tax_year: str
) -> Iterator[Difference]:
    """A spouse beside 寡婦 or ひとり親 (地方税法292条1項11・12号), which the engine refuses.

    The key is the engine's name of the item, so that its refusal is not listed a second time.
    """
    if name := contradiction_in(answers, tax_year):
        label = _("寡婦") if name == "widow" else _("ひとり親")
        ids = [str(d.pk) for d in documents if d.kind in (*RETURNS, *REPORTS)]
        about = _("配偶者がいる人の寡婦・ひとり親")
        yield Difference(Kind.CONTRADICTION, f"flags.{name}", about, label, _("配偶者"), ids)


def _returns_differ(returns: Sequence[Paper], tax_year: str) -> Iterator[Difference]:
    """A return of another kind (確定申告と住民税申告) that says something else."""
    first, labels = returns[0], {one.code: one.label for one in load_form(tax_year).groups}
    for other in returns[1:]:
        if other.kind == first.kind:
            continue
        mine, theirs = first.content["answers"], other.content["answers"]
        told = dict.fromkeys([*labels, *sorted({*mine, *theirs})])
        blocks = [labels.get(b, b) for b in told if _given(mine, b) != _given(theirs, b)]
        if blocks:
            ids = [str(first.pk), str(other.pk)]
            yield Difference(
                Kind.RETURNS_DIFFER,
                "returns",
                _("確定申告と住民税申告の違う項目: %(items)s") % {"items": "、".join(blocks)},
                str(Document(other.kind).label),
                str(Document(first.kind).label),
                ids,
            )
            return


def _given(answers: Mapping[str, Any], block: str) -> Any:
    return answers.get(block) or None


def _one_stop_void(documents: Sequence[Paper], own_id: str) -> Iterator[Difference]:
    notices = [d for d in documents if d.kind == Document.ONE_STOP]
    if notices:
        donated = sum(d.content.get("donated") or 0 for d in notices)
        ids = [own_id, *(str(d.pk) for d in notices)]
        label = _("申告したため、ワンストップ特例は使えません。")
        yield Difference(Kind.ONE_STOP_VOID, "one_stop", label, "", yen(donated), ids, donated)
