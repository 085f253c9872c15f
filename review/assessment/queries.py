"""Reads of documents and assessments (課税資料・賦課の参照)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _t

import filing
import tax
from review.addressees.models import Addressee
from review.assessment.models import Assessment, SourceDocument
from review.assessment.papers import REPORTS
from review.assessment.preparing import municipality
from review.levy.collecting import explained
from review.reconcile.comparison import AMOUNTS, BLOCKS, rows_by_payer
from review.reconcile.payments import gather

# Parts of a merged basis that no form has.
PARTS = {
    "priority": _t("優先資料"),
    "void": _t("申告により無効(ワンストップ特例)"),
    "left_out": _t("本人のものでないとされた支払"),
    "registers": _t("手帳・生活扶助"),
    "family": _t("報告書の扶養親族"),
    "housing": _t("住宅借入金等特別控除"),
    "one_stop": _t("ワンストップ特例の寄附"),
}


def held_documents(addressee: Addressee, tax_year: str) -> list[SourceDocument]:
    """Return the documents of a person and year, those that count first."""
    found = SourceDocument.objects.filter(addressee=addressee, tax_year=tax_year)
    return sorted(found, key=lambda d: (not d.is_counting, d.kind, d.source))


def current_assessment(addressee: Addressee, tax_year: str) -> Assessment | None:
    """Return the newest assessment of a person and year."""
    found = Assessment.objects.filter(basis__addressee=addressee, basis__tax_year=tax_year)
    return found.select_related("basis").order_by("-basis__revision").first()


def assessed_years(addressee: Addressee) -> list[str]:
    """Return the tax years (課税年度) for which a person has documents, latest first."""
    years = SourceDocument.objects.filter(addressee=addressee).values_list("tax_year", flat=True)
    return sorted(set(years), key=lambda year: -int(year[1:]))


def explanation_of(assessment: Assessment) -> tuple[list[Any], bool]:
    """Return the lines of an assessment (計算の内容), and whether they still give its tax.

    The year's run keeps no lines of each of 740,000 people: they follow from the inputs.
    """
    if assessment.explanation or assessment.total is None:
        return list(assessment.explanation), True
    answer = tax.assess(
        assessment.inputs, tax_year=assessment.basis.tax_year, municipality=municipality()
    )
    lines = explained(answer.explanation, assessment.collections.all())
    return lines, answer.result["total"] == assessment.total


def origins_shown(assessment: Assessment | None) -> list[dict[str, Any]]:
    """Return each part of the merged basis with its documents, the one that counts first."""
    if assessment is None:
        return []
    documents = {str(d.pk): d for d in assessment.basis.documents.all()}
    groups = filing.load_form(assessment.basis.tax_year).groups
    labels = {group.code: group.label for group in groups} | PARTS
    return [
        {
            "part": _part(path.removeprefix("answers."), labels),
            "documents": [documents[i] for i in ids if i in documents],
        }
        for path, ids in sorted(assessment.basis.origins.items())
    ]


def _part(path: str, labels: Mapping[str, Any]) -> str:
    """Return a path of the basis in words: salaries.0 is 給与 1."""
    block, _dot, at = path.partition(".")
    return f"{labels.get(block, block)} {int(at) + 1}" if at else str(labels.get(block, block))


def comparison_rows(
    answers: Mapping[str, Any], documents: list[SourceDocument]
) -> list[dict[str, Any]]:
    """Return the return and the held reports payer by payer, amount by amount (突合表)."""
    rows = []
    counting = [d for d in documents if d.is_counting and d.kind in REPORTS]
    payments = {payment.key: payment for payment in gather(counting)[0] if payment.amounts}
    for block, title in BLOCKS.items():
        declared = rows_by_payer(answers, block)
        reported = {key for key, payment in payments.items() if payment.block == block}
        for key in sorted(declared.keys() | reported):
            own, held = declared.get(key, []), payments.get(key)
            rows.append(
                {
                    "title": title,
                    "payer": own[0].get("payer") if own else held and held.payer,
                    "amounts": [
                        _amounts(name, own, held.amounts if held else {})
                        for name in AMOUNTS
                        if name == "revenue" or (own and held)
                    ],
                }
            )
    return rows


def _amounts(
    name: str, own: Sequence[Mapping[str, Any]], reported: Mapping[str, int]
) -> dict[str, Any]:
    stated = [row[name] for row in own if row.get(name) is not None]
    declared, held = sum(stated) if stated else None, reported.get(name)
    differs = held is not None and (declared or 0) != held
    unknown = bool(own) and not reported and name == "revenue"
    return {
        "label": AMOUNTS[name],
        "declared": declared,
        "reported": held,
        "differs": differs or unknown,
    }
