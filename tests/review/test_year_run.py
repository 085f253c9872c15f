"""当初賦課: the city as of 1 January, in chunks, to be gone on with, to the yen as one by one."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.db import IntegrityError, transaction

import tax
from review.assessment.models import Assessment, MergedBasis
from review.assessment.queries import current_assessment
from review.assessment.services import assess_addressee
from review.audit.models import AuditEvent
from review.errors import Refusal
from review.levy.models import Collection, Decision, RunChunk, YearPerson, YearRun
from review.levy.population import take_population
from review.levy.progress import progress_of
from review.levy.year import assess_chunks, confirm_run, finish_run, propose_run
from review.reconcile.models import Disagreement
from review.rights import services as rights
from tests.review.small_city import DECIDED, begin_year, relative_of, resident, run_year
from tests.review.story import REASON, SYSTEM, actor

DAY = timedelta(days=1)
NEW_YEAR = date(2027, 1, 1)


@pytest.fixture
def city(db):
    """Ten residents: eight earn, one has a pension, one has no documents."""
    people = [resident(serial) for serial in range(10)]
    for at, person in enumerate(people[:8]):
        person.salary(2_500_000 + 400_000 * at)
    people[8].pension()
    return people


@pytest.mark.req("ASM-02")
@pytest.mark.req("ASM-14")
@pytest.mark.parametrize(
    ("facts", "residency"),
    [
        ({"moved_out_on": NEW_YEAR - DAY}, "elsewhere"),
        ({"moved_out_on": NEW_YEAR}, "elsewhere"),
        ({"moved_out_on": NEW_YEAR + DAY}, "resident"),
        ({"moved_in_on": NEW_YEAR}, "resident"),
        ({"moved_in_on": NEW_YEAR + DAY}, "elsewhere"),
        ({"died_on": NEW_YEAR}, "elsewhere"),
        ({"died_on": NEW_YEAR + DAY}, "resident"),
        ({"born": NEW_YEAR + DAY}, "elsewhere"),
        ({"kind": "non_resident"}, "non_resident"),
    ],
)
def test_basics_are_of_whoever_was_here_on_the_first_of_january(db, facts, residency):
    resident(1, **facts)

    take_population("R9", by=SYSTEM, now=DECIDED)

    assert YearPerson.objects.get().residency == residency


def test_basics_taken_again_change_only_who_changed(db):
    mover, _stays = resident(1), resident(2)
    take_population("R9", by=SYSTEM, now=DECIDED)
    mover.row.moved_out_on = NEW_YEAR - DAY
    mover.row.save()

    take_population("R9", by=SYSTEM, now=DECIDED + DAY)

    rows = YearPerson.objects.order_by("addressee__number")
    assert [(row.residency, row.taken_at) for row in rows] == [
        ("elsewhere", DECIDED + DAY),
        ("resident", DECIDED),
    ]


@pytest.mark.req("ASM-08")
def test_everybody_with_documents_is_assessed_collected_and_decided(city, staff):
    run = run_year(staff)

    assert run.state == YearRun.State.DONE
    assert Assessment.objects.filter(state="computed").count() == 9
    assert Decision.objects.filter(state="decided", number=1, cause="initial").count() == 9
    for decision in Decision.objects.select_related("assessment"):
        paid = sum(row.total for row in decision.assessment.collections.all())
        assert paid == decision.total == decision.assessment.total
        for row in decision.assessment.collections.all():
            assert sum(row.amounts) == row.total


@pytest.mark.req("ASM-08")
def test_city_and_single_computation_agree_to_the_yen(city, staff):
    run_year(staff)

    for person in city[:9]:
        of_city = current_assessment(person.row, "R9")
        alone = tax.assess(of_city.inputs, tax_year="R9", municipality="熊本市").result
        same = {k: alone[k] for k in of_city.result if k in alone and k != "pension_income"}
        assert {k: of_city.result[k] for k in same} == same
        single = assess_addressee(person.row, "R9", by=SYSTEM, now=DECIDED)
        assert single.total == of_city.total
        assert _collected(single) == _collected(of_city)


def _collected(assessment):
    rows = Collection.objects.filter(assessment=assessment).order_by("method")
    return [(row.method, row.amounts, row.employer_number) for row in rows]


def test_run_again_changes_nothing(city, staff):
    run_year(staff)
    before = list(MergedBasis.objects.order_by("pk").values_list("pk", "revision"))

    again = run_year(staff, now=DECIDED + DAY)

    assert list(MergedBasis.objects.order_by("pk").values_list("pk", "revision")) == before
    assert Decision.objects.count() == 9
    assert progress_of(again)["counts"]["unchanged"] == 9


def test_run_killed_between_and_within_chunks_goes_on(city, staff, monkeypatch):
    """The second chunk dies while it writes: nothing of it stays, the run goes on from there."""
    import review.levy.chunks as chunks

    run = begin_year(staff)
    copy, calls = chunks.copy_assessments, []

    def dies(*args, **kwargs):
        calls.append(1)
        copy(*args, **kwargs)
        if len(calls) == 2:
            raise SystemExit("killed")

    with monkeypatch.context() as patch:
        patch.setattr(chunks, "copy_assessments", dies)
        with pytest.raises(SystemExit):
            assess_chunks(run, by=SYSTEM, now=DECIDED)
    assert RunChunk.objects.filter(done_at__isnull=False).count() == 1
    assert Assessment.objects.count() == 3
    assert finish_run(run, by=SYSTEM, now=DECIDED).state == YearRun.State.RUNNING

    assess_chunks(run, by=SYSTEM, now=DECIDED)
    run = finish_run(run, by=SYSTEM, now=DECIDED)

    assert (run.state, Decision.objects.count()) == (YearRun.State.DONE, 9)
    assert MergedBasis.objects.exclude(revision=1).count() == 0


def test_run_needs_two_people(city, staff):
    suzuki = {"by": actor(staff["suzuki"]), "reason": REASON, "now": DECIDED}
    run = propose_run("R9", **suzuki)

    with pytest.raises(Refusal, match="自分で確認"):
        confirm_run(run, **suzuki)
    with pytest.raises(Refusal, match="終わっていない当初賦課"):
        propose_run("R9", **suzuki)
    with pytest.raises(IntegrityError, match="run_confirmed_by_another"), transaction.atomic():
        YearRun.objects.update(confirmed_by="K1001", confirmed_at=DECIDED)


@pytest.mark.req("ASM-07")
def test_what_is_disputed_is_not_decided(city, staff):
    child = resident(50, born=date(2010, 5, 5))
    for parent in city[:2]:
        parent.filed({"relatives": [relative_of(child)]}, [child.key])

    run_year(staff)

    states = {p.row.number: current_assessment(p.row, "R9").state for p in city[:3]}
    assert list(states.values()) == ["check", "check", "computed"]
    disputed = Decision.objects.filter(addressee__in=[p.row for p in city[:2]])
    assert disputed.count() == 0
    kinds = set(Disagreement.objects.values_list("kind", flat=True))
    assert kinds == {"dependant_twice", "not_declared"}


def test_inputs_that_cannot_be_are_set_aside_and_stop_nobody(city, staff):
    city[0].filed({"personal": {"disability": "beyond"}, "income_kinds": []})

    run_year(staff)

    failed = Assessment.objects.get(state="failed")
    assert failed.basis.addressee == city[0].row
    assert "障害" in failed.trouble
    assert Decision.objects.count() == 8


def test_totals_stand_by_ward_and_kind_of_collection(city, staff):
    run = run_year(staff)

    wards = run.totals["wards"]
    assert sum(ward["people"] for ward in wards.values()) == 9
    total = sum(Decision.objects.values_list("total", flat=True))
    assert sum(ward["total"] for ward in wards.values()) == total
    by_method = [m["total"] for ward in wards.values() for m in ward["methods"].values()]
    assert sum(by_method) == total
    assert run.totals["states"] == {"computed": 9}


def test_who_changed_most_against_last_year_stands_first(city, staff):
    for at, person in enumerate(city[:8]):
        person.salary(2_500_000 + 100_000 * at, tax_year="R8", payer="前年商店")
    run_year(staff, "R8", now=DECIDED - 365 * DAY)

    run = run_year(staff)

    changes = [abs(row["now"] - row["before"]) for row in run.movers]
    assert changes == sorted(changes, reverse=True)
    assert run.movers[0]["number"] == city[7].row.number
    assert len(run.movers) == 7


def test_each_step_is_in_the_log_with_counts(city, staff):
    run = run_year(staff)

    entries = AuditEvent.objects.filter(subject=f"year-run:{run.pk}").order_by("position")
    actions = [entry.action for entry in entries]
    assert actions == [
        "year.proposed",
        "year.confirmed",
        *["year.chunk"] * 4,
        "year.checking",
        "year.deciding",
        "year.done",
    ]
    assert sum(e.detail["computed"] for e in entries if e.action == "year.chunk") == 9


@pytest.mark.req("RET-01")
def test_everything_of_a_year_goes_with_its_period(city, staff):
    from django.core.management import call_command

    from review.notices.issuing import issue
    from review.notices.models import IssuedDocument
    from review.reconcile.models import Claim

    run_year(staff)
    issue(Decision.objects.first(), "certificate", by=SYSTEM, reason=REASON, now=DECIDED)

    call_command("purge", "--as-of", "2035-04-01", "--json", stdout=StringIO())

    kept = (YearPerson, MergedBasis, Assessment, Collection, Decision, IssuedDocument, Claim)
    assert {model.__name__: model.objects.count() for model in kept} == dict.fromkeys(
        (model.__name__ for model in kept), 0
    )


@pytest.mark.req("OPS-04")
def test_person_whose_data_must_not_be_used_is_left_out_of_the_year(city, staff):
    stopped = city[3].row
    options = {"received_on": NEW_YEAR, "asked": "利用停止の請求", "now": DECIDED}
    request = rights.request(
        kind="stop", addressee_number=stopped.number, by=actor(staff["suzuki"]), **options
    )
    rights.approve(request, by=actor(staff["tanaka"]), now=DECIDED)

    run_year(staff)

    assessed = set(MergedBasis.objects.values_list("addressee__number", flat=True))
    assert assessed == {person.row.number for person in city[:9]} - {stopped.number}
