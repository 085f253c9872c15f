"""Import (取込) and assessment (賦課計算): documents come in once, the tax follows from them."""

from collections.abc import Collection as CollectionOf
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

import filing
import tax
from review.addressees.models import Addressee
from review.assessment.models import Assessment, MergedBasis, SourceDocument
from review.assessment.people import SamePersons
from review.assessment.preparing import (
    Person,
    Prepared,
    knowledge_of,
    municipality,
    papers_of,
    prepare,
)
from review.audit.services import record_by
from review.cases.models import Case
from review.levy.collecting import explained
from review.levy.computing import Computed, compute_many
from review.levy.models import Collection
from review.levy.queries import collection_rows, previous_pensions
from review.reconcile import services as disagreements
from review.reconcile.comparison import Difference
from review.reconcile.dependant_checks import (
    DEPENDANT_KINDS,
    dependant_differences,
    touched_claimants,
)
from review.reconcile.dependants import dependant_keys
from review.reconcile.models import Claim
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
        # Who acted for the person is nothing to the tax; the case keeps it.
        answers = {code: block for code, block in answers.items() if code != "agent"}
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
    """Merge the documents that count and compute the tax (併合・賦課計算), as a new revision.

    A person with several 宛名 (同一人) is assessed under one of them, with the documents of all.
    """
    with transaction.atomic():
        same = SamePersons()
        main = same.main_of(addressee.pk)
        addressee = Addressee.objects.select_for_update(no_key=True).get(pk=main)
        refuse_stopped(addressee)
        papers = papers_of(same.members_of(main), tax_year)
        prepared = prepare(
            Person(addressee.pk, addressee.number, addressee.birth_date, addressee.sex),
            [paper for found in papers.values() for paper in found],
            tax_year=tax_year,
            rulings=disagreements.rulings_of([addressee.pk], tax_year).get(addressee.pk),
            known=knowledge_of(tax_year),
        )
        (computed,) = compute_many(
            [prepared], tax_year, previous_pensions=previous_pensions([addressee.pk], tax_year)
        )
        basis = _store_basis(addressee, tax_year, prepared, by=by, now=now)
        assessment = _store_assessment(basis, computed, by=by, now=now)
        _check(addressee, tax_year, assessment, computed, now)
        detail = {"revision": basis.revision, "state": assessment.state}
        _write_down("assessment.computed", addressee, by=by, now=now, detail=detail)
    return assessment


def _store_basis(
    addressee: Addressee, tax_year: str, prepared: Prepared, *, by: Actor, now: datetime
) -> MergedBasis:
    basis = MergedBasis.objects.create(
        tax_year=tax_year,
        addressee=addressee,
        revision=_next_revision(addressee, tax_year),
        answers=prepared.merged.answers,
        origins=prepared.merged.origins,
        made_at=now,
        made_by=by.id,
    )
    basis.documents.set([document.pk for document in prepared.documents])
    Claim.objects.filter(addressee=addressee, tax_year=tax_year).delete()
    Claim.objects.bulk_create(
        Claim(basis=basis, tax_year=tax_year, addressee=addressee, **claim._asdict())
        for claim in prepared.claims
    )
    return basis


def _next_revision(addressee: Addressee, tax_year: str) -> int:
    known = MergedBasis.objects.filter(addressee=addressee, tax_year=tax_year)
    return (known.aggregate(last=Max("revision"))["last"] or 0) + 1


def _store_assessment(
    basis: MergedBasis, computed: Computed, *, by: Actor, now: datetime
) -> Assessment:
    """Store what came out, with every figure and line of the engine that made the estimate too."""
    inputs = computed.prepared.inputs
    assessment = Assessment(basis=basis, inputs=inputs, computed_at=now, computed_by=by.id)
    if computed.trouble:
        assessment.state, assessment.trouble = Assessment.State.FAILED, computed.trouble
    else:
        answer = tax.assess(inputs, tax_year=basis.tax_year, municipality=municipality())
        assessment.state = Assessment.State.COMPUTED
        assessment.result = answer.result
        assessment.explanation = explained(answer.explanation, computed.planned)
        assessment.total = answer.result["total"]
    assessment.save(force_insert=True)
    Collection.objects.bulk_create(collection_rows(assessment.pk, computed.planned))
    return assessment


def _check(
    addressee: Addressee,
    tax_year: str,
    assessment: Assessment,
    computed: Computed,
    now: datetime,
) -> None:
    """List what the documents dispute, for this person and whoever shares a dependant with them."""
    own = {addressee.pk: computed.differences}
    disagreements.keep(own, tax_year, kinds=disagreements.PERSONAL_KINDS, now=now)
    check_dependants(tax_year, touched_claimants(addressee, tax_year), now=now)
    unsettled = disagreements.open_disagreements(addressee, tax_year)
    if unsettled and assessment.state == Assessment.State.COMPUTED:
        assessment.state = Assessment.State.CHECK
        assessment.save(update_fields=["state"])


def check_dependants(tax_year: str, claimants: CollectionOf[UUID], *, now: datetime) -> None:
    """Look at the dependants of these claimants again, and keep their lists in step."""
    found: dict[UUID, list[Difference]] = {claimant: [] for claimant in claimants}
    for claimant, difference in dependant_differences(tax_year, claimants):
        found[claimant].append(difference)
    disagreements.keep(found, tax_year, kinds=DEPENDANT_KINDS, now=now)


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
