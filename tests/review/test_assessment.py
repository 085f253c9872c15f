"""From 受理 to the tax: imported once, merged with what payers reported, disputed."""

from datetime import timedelta

import pytest

import filing
import tax
from review.assessment.models import Assessment, MergedBasis, SourceDocument
from review.assessment.queries import current_assessment
from review.assessment.services import assess_addressee, import_return
from review.cases.models import Case
from review.cases.processing import process_due_cases
from review.cases.states import State
from review.errors import Refusal
from review.reconcile import services as rulings
from review.reconcile.models import Disagreement
from tests.review import city
from tests.review.story import NOW, REASON, SALARY, SYSTEM, actor, sato, sato_answers, walk

LATER = NOW + timedelta(days=3)


def report(person, kind="salary_report", line=1, **content):
    return SourceDocument.objects.create(
        tax_year="R9",
        addressee=person,
        kind=kind,
        source=f"{kind}s.jsonl:{line}",
        content=dict(SALARY) | content,
        received_at=NOW,
    )


def disputes(person):
    found = Disagreement.objects.filter(addressee=person).order_by("kind", "pk")
    return [(entry.kind, entry.declared, entry.reported, entry.state) for entry in found]


@pytest.mark.req("ASM-08")
def test_accepted_return_is_imported_and_taxed_by_the_resident_s_own_engine(filed, staff, told):
    report(sato())
    case = walk(filed.queued(), State.IMPORTED, staff)

    assessment = current_assessment(case.addressee, "R9")
    inputs = filing.tax_inputs(sato_answers(), birth_date=city.SATO.birth_date, tax_year="R9")
    expected = tax.assess(inputs, tax_year="R9", municipality="熊本市").result
    assert (case.state, assessment.state) == (State.IMPORTED, Assessment.State.COMPUTED)
    assert assessment.result == expected
    assert assessment.total == expected["total"] > 0
    assert (told(case)[-1]["state"], told(case)[-1]["stage"]) == ("completed", "imported")


@pytest.mark.req("ASM-06")
def test_two_reports_and_a_return_make_one_basis_that_points_to_all_three(filed, staff):
    person = sato()
    first = report(person)
    second = report(person, line=2, payer="東町商会", revenue=900_000)
    case = walk(filed.queued(), State.IMPORTED, staff)

    basis = MergedBasis.objects.get(addressee=person)
    document = SourceDocument.objects.get(source=f"{case.receipt_number}:1")
    assert set(basis.documents.all()) == {first, second, document}
    assert basis.origins["answers.salaries.0"] == [str(document.pk), str(first.pk)]
    assert basis.origins["answers.salaries.1"] == [str(second.pk)]
    assert [row["revenue"] for row in basis.answers["salaries"]] == [3_200_000, 900_000]


@pytest.mark.req("ASM-07")
def test_payment_left_out_is_listed_counted_and_stops_the_automatic_decision(filed, staff):
    person = sato()
    report(person)
    report(person, line=2, payer="東町商会", revenue=900_000)
    walk(filed.queued(), State.IMPORTED, staff)

    assessment = current_assessment(person, "R9")
    assert disputes(person) == [("not_declared", "", "900,000円", "open")]
    assert assessment.state == Assessment.State.CHECK
    assert assessment.result["employment_income"] == 2_840_000


@pytest.mark.req("ASM-07")
def test_other_amount_of_the_same_payer_is_listed(filed, staff):
    person = sato()
    report(person, payer="(株)くまもと商店", revenue=3_500_000)
    walk(filed.queued(), State.IMPORTED, staff)

    assert disputes(person) == [("amount", "3,200,000円", "3,500,000円", "open")]


@pytest.mark.req("ASM-07")
def test_dependant_claimed_by_two_filers_is_listed_for_both(filed, staff, town):
    child = {
        "name": "佐藤 葵",
        "kana": "サトウ アオイ",
        "relation": "child",
        "birth_date": "2009-06-15",
        "personal_number": "100000000005",
        "total_income": 0,
        "living": "together",
        "disability": "",
        "cohabiting_parent": False,
    }
    answers = sato_answers(relatives=[child])
    for person in town.values():
        report(person, line=person.number)
    walk(filed.queued(filed.document("sato", answers)), State.IMPORTED, staff)
    walk(filed.queued(filed.document("kato", answers), who="kato"), State.IMPORTED, staff)

    kinds = {key: [entry[0] for entry in disputes(person)] for key, person in town.items()}
    assert kinds == {"sato": ["dependant_twice"], "kato": ["dependant_twice"]}
    stored = SourceDocument.objects.get(addressee=town["sato"], kind="resident_return")
    assert "100000000005" not in str(stored.content)


def test_settled_disagreement_lets_the_case_be_closed(filed, staff, told):
    from review.cases import actions

    person = sato()
    report(person, revenue=3_500_000)
    case = walk(filed.queued(), State.IMPORTED, staff)
    suzuki = {"by": actor(staff["suzuki"]), "reason": REASON, "now": LATER}
    with pytest.raises(Refusal, match="不一致が残っています"):
        actions.complete(case, seen=case.revision, **suzuki)

    entry = rulings.propose(Disagreement.objects.get(), outcome="declared", **suzuki)
    rulings.confirm(entry, **suzuki | {"by": actor(staff["tanaka"])})
    assess_addressee(person, "R9", by=actor(staff["suzuki"]), now=LATER)
    case = actions.complete(case, seen=case.revision, **suzuki)

    assert current_assessment(person, "R9").state == Assessment.State.COMPUTED
    assert (case.state, told(case)[-1]["stage"]) == (State.CLOSED, "completed")


def test_import_twice_is_one_document(filed, staff):
    case = walk(filed.queued(), State.IMPORTED, staff)

    again = import_return(case, by=SYSTEM, now=LATER)

    assert list(SourceDocument.objects.filter(kind="resident_return")) == [again]


@pytest.mark.req("SHK-11")
def test_later_return_counts_and_the_earlier_is_kept(filed, staff):
    report(sato())
    first = walk(filed.queued(), State.IMPORTED, staff)
    raised = sato_answers(salaries=[dict(SALARY) | {"revenue": 3_300_000}])
    second = filed.queued(filed.document(answers=raised), at=NOW + timedelta(days=1))
    walk(second, State.IMPORTED, staff, now=NOW + timedelta(days=2))

    documents = SourceDocument.objects.filter(kind="resident_return").order_by("received_at")
    assert [d.source for d in documents] == [
        f"{first.receipt_number}:1",
        f"{second.receipt_number}:1",
    ]
    assert documents[0].replaced_by == documents[1]
    basis = current_assessment(first.addressee, "R9").basis
    assert basis.answers["salaries"][0]["revenue"] == 3_300_000


def test_same_documents_give_the_same_tax_again(filed, staff):
    case = walk(filed.queued(), State.IMPORTED, staff)
    first = current_assessment(case.addressee, "R9")

    second = assess_addressee(case.addressee, "R9", by=SYSTEM, now=LATER)

    assert (second.basis.revision, second.result) == (2, first.result)


def test_reports_alone_are_enough_for_a_tax(filed, town):
    report(town["kato"], kind="pension_report", payer="日本年金機構", revenue=1_800_000)

    assessment = assess_addressee(town["kato"], "R9", by=SYSTEM, now=LATER)

    assert assessment.basis.answers["income_kinds"] == ["pension"]
    assert assessment.total is not None


def test_import_that_fails_is_tried_again_and_nothing_is_half_done(filed, staff, monkeypatch):
    case = walk(filed.queued(), State.ACCEPTED, staff)

    def broken(*args, **kwargs):
        raise OSError("disk")

    with monkeypatch.context() as patch:
        patch.setattr("review.cases.processing.assess_addressee", broken)
        process_due_cases(now=LATER)
    case.refresh_from_db()
    assert (case.state, case.trouble, SourceDocument.objects.count()) == ("accepted", "OSError", 0)

    process_due_cases(now=LATER + timedelta(hours=1))
    assert Case.objects.get().state == State.IMPORTED


def test_assessment_page_shows_the_explanation_line_by_line(filed, staff, sign_in):
    case = walk(filed.queued(), State.IMPORTED, staff)

    page = sign_in("suzuki").get(f"/people/{case.addressee_id}/R9/").content.decode()

    assessment = current_assessment(case.addressee, "R9")
    assert f"{assessment.total:,}" in page
    for line in assessment.explanation[:5]:
        assert line["label"] in page
