"""What the engine refuses is on the check list, with what is wrong and what to do about it."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from review.assessment.models import Assessment
from review.assessment.queries import current_assessment
from review.assessment.services import assess_addressee
from review.errors import Refusal
from review.levy import tasks
from review.levy.models import Decision, YearRun
from review.reconcile import services as rulings
from review.reconcile.models import Disagreement
from review.reconcile.queries import waiting_by_kind
from tests.review.small_city import DECIDED, begin_year, resident, run_year
from tests.review.story import REASON, SYSTEM, actor

SPOUSE = {"spouse": "1", "spouse_deduction": 380_000, "spouse_income": 0}


@pytest.fixture
def widow(db):
    """Whose employer reports a spouse and 寡婦 on one slip."""
    person = resident(1)
    person.salary(flags=["widow"], **SPOUSE)
    resident(2).salary()
    return person


def decide(entry, outcome, staff, **more):
    by = {"reason": REASON, "now": DECIDED}
    rulings.propose(entry, outcome=outcome, by=actor(staff["suzuki"]), **by, **more)
    rulings.confirm(entry, by=actor(staff["tanaka"]), **by)


@pytest.mark.req("ASM-07")
def test_spouse_and_widow_on_one_report_are_a_disagreement_once(widow, staff):
    run = run_year(staff)

    entry = Disagreement.objects.get()
    assert (entry.kind, entry.declared, entry.reported) == ("contradiction", "寡婦", "配偶者")
    assert (entry.state, len(entry.documents)) == ("open", 1)
    assert run.totals["states"] == {"failed": 1, "computed": 1}
    # Whoever opens the person is led to the finding; the names of inputs tell a clerk nothing.
    trouble = Assessment.objects.get(state="failed").trouble
    assert trouble.startswith("「配偶者と寡婦・ひとり親の矛盾」があります。")
    assert Decision.objects.count() == 1
    (listed,) = waiting_by_kind(now=DECIDED + timedelta(days=3))
    assert (listed.count, listed.days) == (1, 3)
    assert "婚姻を確かめます" in listed.advice


@pytest.mark.req("ASM-07")
@pytest.mark.parametrize(
    ("outcome", "has_spouse", "is_widow"), [("declared", False, True), ("reported", True, False)]
)
def test_decision_keeps_one_of_the_two_and_the_tax_is_computed(
    widow, staff, outcome, has_spouse, is_widow
):
    run_year(staff)

    decide(Disagreement.objects.get(), outcome, staff)
    assessment = assess_addressee(widow.row, "R9", by=SYSTEM, now=DECIDED)

    assert assessment.state == "computed"
    assert ("spouse" in assessment.inputs) == has_spouse
    assert bool(assessment.inputs.get("flags", {}).get("widow")) == is_widow


@pytest.mark.req("ASM-07")
def test_whatever_else_cannot_be_computed_waits_for_a_corrected_document(db, staff, sign_in):
    person = resident(1)
    person.filed({"personal": {"disability": "beyond"}, "income_kinds": []})
    run_year(staff)

    entry = Disagreement.objects.get()
    assert (entry.kind, entry.state) == ("not_computed", "open")
    assert entry.label == current_assessment(person.row, "R9").trouble
    with pytest.raises(Refusal, match="資料を訂正"):
        rulings.propose(
            entry, outcome="declared", by=actor(staff["suzuki"]), reason=REASON, now=DECIDED
        )
    page = sign_in("suzuki").get("/disagreements/?kind=not_computed").content.decode()
    assert entry.label in page
    assert "資料の訂正を登録" in page

    document = person.row.source_documents.get()
    document.content = {"answers": {"income_kinds": []}, "dependants": []}
    document.save()
    assess_addressee(person.row, "R9", by=SYSTEM, now=DECIDED)
    entry.refresh_from_db()
    assert entry.state == "gone"


def test_the_command_goes_on_where_the_sweep_stopped_and_both_end_alike(widow, staff):
    """The worker's sweep and the command share the chunks: what one has done the other leaves."""
    run = begin_year(staff, size=1)

    tasks.work()
    out = StringIO()
    call_command("assess_year", "R9", "--workers", "1", "--json", stdout=out)

    run.refresh_from_db()
    told = json.loads(out.getvalue())
    assert (run.state, told["state"]) == (YearRun.State.DONE, "done")
    assert (told["chunks"], told["chunks_done"]) == (2, 2)
    assert told["counts"]["failed"] == told["totals"]["states"]["failed"] == 1
    assert Assessment.objects.count() == 2
    assert Disagreement.objects.filter(kind="contradiction").count() == 1


def test_the_command_alone_does_the_whole_year(widow, staff):
    begin_year(staff, size=1)
    out = StringIO()

    call_command("assess_year", "R9", "--workers", "1", "--json", stdout=out)

    assert json.loads(out.getvalue())["counts"]["assessed"] == 2
    assert Decision.objects.count() == 1


@pytest.mark.req("ASM-07")
def test_late_spouse_and_widow_in_a_return_are_no_contradiction(db, staff):
    """Both deductions stand: the spouse is judged on one day, the filer on another."""
    person = resident(1)
    husband = {"name": "市民 夫", "birth_date": "1984-12-24", "total_income": 0}
    answers = {
        "income_kinds": ["salary"],
        "salaries": [{"payer": "白川商事", "revenue": 4_000_000}],
        "spouse": husband | {"living": "together", "died_on": "2026-08-20"},
        "personal": {"widow": True},
    }
    person.filed(answers)

    run_year(staff)
    result = current_assessment(person.row, "R9").result

    assert not Disagreement.objects.filter(kind__in=("contradiction", "not_computed")).exists()
    # 330,000 (配偶者) + 260,000 (寡婦) + 430,000 (基礎).
    assert result["deductions_total"] == 1_020_000


AUGUST = date(2026, 8, 20)
HUSBAND = {
    "name": "市民 夫",
    "birth_date": "1984-12-24",
    "total_income": 0,
    "living": "together",
}


def contradiction():
    return Disagreement.objects.get(kind="contradiction")


@pytest.fixture
def filer(db):
    """Who rightly claims her late husband and 寡婦 in a 確定申告, which cannot say that he died."""
    person = resident(1)
    answers = {
        "income_kinds": ["salary"],
        "salaries": [{"payer": "白川商事", "revenue": 4_000_000}],
        "spouse": HUSBAND,
        "personal": {"widow": True},
    }
    person.document("tax_return", answers=answers, dependants=[])
    return person


@pytest.mark.req("ASM-07")
def test_late_spouse_in_a_tax_return_is_ruled_to_stand_beside_widow(filer, staff):
    run_year(staff)

    decide(contradiction(), "both", staff, died_on=AUGUST)
    assessment = assess_addressee(filer.row, "R9", by=SYSTEM, now=DECIDED)

    # 330,000 (配偶者) + 260,000 (寡婦) + 430,000 (基礎).
    assert assessment.result["deductions_total"] == 1_020_000
    assert contradiction().state == "settled"


def test_late_spouse_on_a_report_is_ruled_to_stand_beside_widow(widow, staff):
    run_year(staff)

    decide(contradiction(), "both", staff, died_on=AUGUST)
    assessment = assess_addressee(widow.row, "R9", by=SYSTEM, now=DECIDED)

    # And 600,000 of 社会保険料.
    assert assessment.result["deductions_total"] == 1_620_000


@pytest.mark.parametrize("outcome", ["declared", "reported"])
def test_ruling_takes_nothing_from_a_later_return_that_names_the_death(filer, staff, outcome):
    run_year(staff)
    decide(contradiction(), outcome, staff)
    held = filer.row.source_documents.get()
    answers = held.content["answers"]
    late = HUSBAND | {"died_on": "2026-08-20"}

    held.content = {"answers": answers | {"spouse": late}, "dependants": []}
    held.save()
    assessment = assess_addressee(filer.row, "R9", by=SYSTEM, now=DECIDED)

    assert assessment.result["deductions_total"] == 1_020_000


def test_ruling_takes_no_living_spouse_from_a_return_that_claims_nothing_beside(filer, staff):
    run_year(staff)
    decide(contradiction(), "declared", staff)
    held = filer.row.source_documents.get()
    answers = held.content["answers"]

    held.content = {"answers": answers | {"personal": {}}, "dependants": []}
    held.save()
    assessment = assess_addressee(filer.row, "R9", by=SYSTEM, now=DECIDED)

    assert assessment.result["deductions_total"] == 760_000


@pytest.mark.parametrize("died_on", [None, date(2025, 12, 31), date(2027, 1, 1)])
def test_late_spouse_needs_a_day_in_the_income_year(filer, staff, died_on):
    run_year(staff)

    with pytest.raises(Refusal, match="2026年の日付"):
        decide(contradiction(), "both", staff, died_on=died_on)
    assert contradiction().state == "open"


def test_other_disagreements_know_no_late_spouse(db, staff):
    person = resident(1)
    person.salary(revenue=4_000_000)
    wages = {"payer": "白川商事", "revenue": 3_000_000}
    person.filed({"income_kinds": ["salary"], "salaries": [wages]})
    run_year(staff)
    entry = Disagreement.objects.filter(kind="amount").first()

    with pytest.raises(Refusal, match="矛盾でだけ"):
        decide(entry, "both", staff, died_on=AUGUST)
    with pytest.raises(IntegrityError, match="late_spouse"), transaction.atomic():
        Disagreement.objects.filter(pk=entry.pk).update(outcome="both")


def test_page_asks_for_the_day_and_shows_it_to_who_confirms(filer, staff, sign_in):
    run_year(staff)
    entry = contradiction()
    clerk = sign_in("suzuki")
    given = {"outcome": "both", "died_on": "2026-08-20", "comment": "戸籍で確認"}
    assert 'name="died_on"' in clerk.get(f"/people/{filer.row.pk}/R9/").content.decode()

    page = clerk.post(f"/disagreements/{entry.pk}/propose/", given, follow=True).content.decode()

    entry.refresh_from_db()
    assert (entry.outcome, entry.died_on) == ("both", AUGUST)
    assert "年の途中の死亡(両方とも認める) 2026年8月20日" in page


@pytest.mark.req("ASM-07")
def test_document_of_who_was_born_after_the_year_stops_nobody_and_is_listed(db, staff):
    """給報 of 2026 with the 宛名 of a child of January 2027: staff look at it, and no run stops."""
    newborn, first_day = resident(1, born=date(2027, 1, 10)), resident(3, born=date(2027, 1, 1))
    for person in (newborn, first_day, resident(2)):
        person.salary()
    baby = resident(4, born=date(2027, 1, 1))
    baby.document("public_assistance", **{"from": "2027-01-01"})

    run = run_year(staff)
    found = assess_addressee(newborn.row, "R9", by=SYSTEM, now=DECIDED)

    # Who was born on 1 January is a resident of that day, the other one is none.
    assert run.totals["states"] == {"failed": 1, "computed": 2}
    assert current_assessment(baby.row, "R9").total == 0
    entries = Disagreement.objects.order_by("addressee__number")
    assert [(entry.kind, entry.addressee, entry.state) for entry in entries] == [
        ("not_computed", newborn.row, "open"),
        ("not_computed", first_day.row, "open"),
    ]
    assert "2026年12月31日より後です" in found.trouble
    assert found.trouble == entries[0].label
