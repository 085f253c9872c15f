"""Import (取込) and assessment (賦課計算): documents come in once, the tax follows from them."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

import filing
import tax
from config.context import load_municipality_file
from review.addressees.models import Addressee
from review.assessment.merging import merge
from review.assessment.models import Assessment, MergedBasis, SourceDocument
from review.audit.services import record_by
from review.cases.models import Case
from review.reconcile import services as disagreements
from review.reconcile.dependants import claimed_twice, dependant_keys
from review.rights.services import refuse_stopped
from review.staff.actors import Actor

REASON = "賦課計算"


def import_return(case: Case, *, by: Actor, now: datetime) -> SourceDocument:
    """Make the accepted return a source document (住民税申告の資料), once per receipt and version.

    Earlier returns of the same person and year stay, marked as replaced: the later counts.
    """
    source = f"{case.receipt_number}:{case.version}"
    kind = SourceDocument.Kind.RESIDENT_RETURN
    with transaction.atomic():
        assert case.addressee is not None
        # One at a time for one person: two returns imported together still replace in order.
        addressee = Addressee.objects.select_for_update(no_key=True).get(pk=case.addressee.pk)
        known = SourceDocument.objects.filter(tax_year=case.tax_year, kind=kind, source=source)
        if document := known.first():
            return document
        answers = filing.read_xml(case.original.package().files["return.xml"]).answers
        content = {
            "answers": filing.redact_answers(answers),
            "dependants": dependant_keys(answers),
            "sha256": case.original.sha256,
        }
        document = SourceDocument.objects.create(
            tax_year=case.tax_year,
            addressee=addressee,
            kind=kind,
            source=source,
            content=content,
            received_at=case.submitted_at,
        )
        _replace_earlier(document)
        _write_down(
            "document.imported", addressee, by=by, now=now, detail={"source": source, "kind": kind}
        )
    return document


def _replace_earlier(document: SourceDocument) -> None:
    """Let the return that was filed last count, whichever was imported first (SHK-11)."""
    returns = SourceDocument.objects.filter(
        tax_year=document.tax_year, addressee=document.addressee, kind=document.kind
    )
    *earlier, latest = sorted(returns, key=lambda d: (d.received_at, d.source))
    for entry in earlier:
        entry.replaced_by = latest
        entry.save(update_fields=["replaced_by"])


def assess_addressee(
    addressee: Addressee, tax_year: str, *, by: Actor, now: datetime
) -> Assessment:
    """Merge the documents that count and compute the tax (併合・賦課計算), as a new revision."""
    with transaction.atomic():
        addressee = Addressee.objects.select_for_update(no_key=True).get(pk=addressee.pk)
        refuse_stopped(addressee)
        documents = list(
            SourceDocument.objects.filter(
                addressee=addressee, tax_year=tax_year, replaced_by__isnull=True
            ).order_by("received_at", "source")
        )
        merged = merge(documents)
        _list_differences(addressee, tax_year, documents, merged.differences, now)
        basis = MergedBasis.objects.create(
            tax_year=tax_year,
            addressee=addressee,
            revision=_next_revision(addressee, tax_year),
            answers=merged.answers,
            origins=merged.origins,
            made_at=now,
            made_by=by.id,
        )
        basis.documents.set(documents)
        assessment = _compute(basis, by=by, now=now)
        detail = {"revision": basis.revision, "state": assessment.state}
        _write_down("assessment.computed", addressee, by=by, now=now, detail=detail)
    return assessment


def _list_differences(
    addressee: Addressee,
    tax_year: str,
    documents: list[SourceDocument],
    differences: list[Any],
    now: datetime,
) -> None:
    found = {addressee: list(differences)}
    for document in documents:
        for person, difference in claimed_twice(addressee, tax_year, document):
            found.setdefault(person, []).append(difference)
    disagreements.keep(addressee, tax_year, found.pop(addressee), now=now)
    for person, entries in found.items():
        disagreements.add(person, tax_year, entries, now=now)


def _next_revision(addressee: Addressee, tax_year: str) -> int:
    known = MergedBasis.objects.filter(addressee=addressee, tax_year=tax_year)
    return (known.aggregate(last=Max("revision"))["last"] or 0) + 1


def _compute(basis: MergedBasis, *, by: Actor, now: datetime) -> Assessment:
    """Compute by the engine that also made the resident's estimate; open questions mark it."""
    inputs = filing.tax_inputs(
        basis.answers, birth_date=basis.addressee.birth_date, tax_year=basis.tax_year
    )
    assessment = Assessment(basis=basis, inputs=inputs, computed_at=now, computed_by=by.id)
    try:
        answer = tax.assess(inputs, tax_year=basis.tax_year, municipality=municipality())
    except tax.InputError as error:
        assessment.state, assessment.trouble = Assessment.State.FAILED, error.message
    else:
        unsettled = disagreements.open_disagreements(basis.addressee, basis.tax_year)
        assessment.state = Assessment.State.CHECK if unsettled else Assessment.State.COMPUTED
        assessment.result = answer.result
        assessment.explanation = [asdict(line) for line in answer.explanation]
        assessment.total = answer.result["total"]
    assessment.save(force_insert=True)
    return assessment


def municipality() -> str:
    return str(load_municipality_file(settings.MUNICIPALITY_FILE)["name"])


def _write_down(
    action: str, addressee: Addressee, *, by: Actor, now: datetime, detail: dict[str, Any]
) -> None:
    record_by(
        by,
        action,
        reason=REASON,
        now=now,
        subject=f"addressee:{addressee.number}",
        addressee_number=addressee.number,
        four_attributes=addressee.four_attributes,
        detail=detail,
    )
