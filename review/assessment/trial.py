"""Trial (試算): the tax that a return would lead to, before it is accepted; nothing is kept."""

from dataclasses import dataclass, field
from typing import Any

import filing
import tax
from filing import Answers
from review.addressees.models import Addressee
from review.assessment.models import SourceDocument
from review.assessment.preparing import Person, knowledge_of, municipality, prepare
from review.assessment.queries import held_documents
from review.cases.models import Case
from review.levy.collecting import explained
from review.levy.computing import compute_many
from review.levy.queries import previous_pensions


@dataclass(frozen=True)
class Trial:
    """Total in yen and the lines that explain it, or why there is none (trouble)."""

    total: int | None = None
    explanation: list[dict[str, Any]] = field(default_factory=list)
    trouble: str = ""


def trial(case: Case, person: Addressee, answers: Answers) -> Trial:
    """Compute the tax as the import would: this return with the reports that the city holds."""
    kind = SourceDocument.Kind.RESIDENT_RETURN
    reports = [d for d in held_documents(person, case.tax_year) if d.kind != kind]
    claimed = SourceDocument(
        tax_year=case.tax_year,
        addressee=person,
        kind=kind,
        source=f"{case.receipt_number}:{case.version}",
        content={"answers": filing.redact_answers(answers)},
        received_at=case.submitted_at,
    )
    prepared = prepare(
        Person(person.pk, person.number, person.birth_date, person.sex),
        [claimed, *reports],
        tax_year=case.tax_year,
        known=knowledge_of(case.tax_year),
    )
    before = previous_pensions([person.pk], case.tax_year)
    (computed,) = compute_many([prepared], case.tax_year, previous_pensions=before)
    if computed.trouble:
        return Trial(trouble=computed.trouble)
    answer = tax.assess(prepared.inputs, tax_year=case.tax_year, municipality=municipality())
    return Trial(answer.result["total"], explained(answer.explanation, computed.planned))
