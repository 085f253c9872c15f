"""個人基本 and dependants: shown, changed by two people, with history; who is claimed twice."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from review.assessment.queries import current_assessment
from review.audit.models import AuditEvent
from review.errors import Refusal
from review.levy import basics
from review.levy.elsewhere import propose_elsewhere
from review.levy.models import BasicsChange, YearPerson
from review.levy.population import take_population
from review.reconcile import dependant_acts as acts
from review.reconcile.models import Claim, DependantAct, Disagreement
from tests.review.small_city import DECIDED, relative_of, resident, run_year
from tests.review.source_files import file_of, take_in
from tests.review.story import REASON, SYSTEM, actor

DAY = timedelta(days=1)
YATSUSHIRO = ["957", "0", "08", "432024", "熊本県八代市"]
ELSEWHERE = {"residency": "elsewhere", "ward": "", "address": "福岡市中央区1番"}


@pytest.fixture
def family(db, staff):
    """A parent who files with a child of 20, a second parent with a report, and the child."""
    father, mother = resident(1), resident(2)
    child = resident(3, born=date(2006, 6, 6))
    slip = {"payer": "白川商事", "revenue": 4_000_000, "withheld_tax": 100_000}
    answers = {"income_kinds": ["salary"], "salaries": [slip | {"social_insurance": 600_000}]}
    father.filed(answers | {"relatives": [relative_of(child)]}, [child.key])
    mother.salary(5_000_000, payer="黒髪商事")
    run_year(staff)
    return father, mother, child


def page_of(person):
    return f"/people/{person.row.pk}/R9/basics/"


def by(member):
    return {"by": actor(member), "reason": REASON, "now": DECIDED}


def relatives(person):
    return current_assessment(person.row, "R9").inputs.get("relatives", [])


@pytest.mark.req("ASM-10")
def test_basics_are_changed_by_two_people_and_stay_when_taken_again(family, staff, sign_in):
    father = family[0]
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")
    before = YearPerson.objects.get(addressee=father.row)

    given = ELSEWHERE | {"why": "実態調査の結果"}
    suzuki.post(f"{page_of(father)}propose/", given)
    change = BasicsChange.objects.get()
    suzuki.post(f"/basics/{change.pk}/confirm/")
    change.refresh_from_db()
    assert change.state == "proposed"
    tanaka.post(f"/basics/{change.pk}/confirm/")

    take_population("R9", by=SYSTEM, now=DECIDED + DAY)
    after = YearPerson.objects.get(addressee=father.row)
    assert (after.residency, after.address, after.by_hand) == ("elsewhere", "福岡市中央区1番", True)
    page = suzuki.get(page_of(father)).content.decode()
    for shown in (before.address, "福岡市中央区1番", "実態調査の結果", "職権による変更", "K1002"):
        assert shown in page
    logged = AuditEvent.objects.filter(action__startswith="basics.").order_by("position")
    assert [e.action for e in logged][-3:] == ["basics.proposed", "basics.decided", "basics.taken"]


@pytest.mark.req("ASM-10")
def test_basics_that_are_missing_are_registered(db, staff):
    late = resident(9, kind="non_resident")
    given = {"residency": "non_resident", "ward": "東区", "address": "東区1番"}

    change = basics.propose_basics(late.row, "R9", given, why="住登外", **by(staff["suzuki"]))
    with pytest.raises(Refusal, match="確認を待っている"):
        basics.propose_basics(late.row, "R9", given, why="住登外", **by(staff["tanaka"]))
    basics.confirm_basics(change, **by(staff["tanaka"]))

    assert basics.basics_of(late.row, "R9").ward == "東区"
    with pytest.raises(Refusal, match="同じです"):
        basics.propose_basics(late.row, "R9", given, why="住登外", **by(staff["suzuki"]))
    with pytest.raises(IntegrityError, match="decided_by_another"), transaction.atomic():
        BasicsChange.objects.update(decided_by="K1001")


def test_basics_that_the_register_changed_meanwhile_are_not_overwritten(family, staff):
    father = family[0]
    change = basics.propose_basics(father.row, "R9", ELSEWHERE, why="調査", **by(staff["suzuki"]))
    father.row.ward = "北区"
    father.row.save()
    take_population("R9", by=SYSTEM, now=DECIDED)

    with pytest.raises(Refusal, match="起案し直して"):
        basics.confirm_basics(change, **by(staff["tanaka"]))

    assert basics.drop_basics(change, **by(staff["suzuki"])).state == "dropped"


@pytest.mark.req("ASM-10")
def test_dependant_is_added_counted_and_flagged_where_claimed_twice(family, staff, sign_in):
    father, mother, child = family
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")
    tax_before = current_assessment(mother.row, "R9").total

    given = {"number": child.row.number, "role": "relative", "total_income": "0", "why": "届出"}
    suzuki.post(f"/people/{mother.row.pk}/R9/dependants/propose/", given)
    act = DependantAct.objects.get()
    suzuki.post(f"/dependants/{act.pk}/confirm/")
    assert relatives(mother) == []
    tanaka.post(f"/dependants/{act.pk}/confirm/")

    assert [row["age"] for row in relatives(mother)] == [20]
    assert current_assessment(mother.row, "R9").total == tax_before - 45_000 - 9_000  # 調整控除 too
    twice = Disagreement.objects.filter(kind="dependant_twice", state="open")
    assert {entry.addressee for entry in twice} == {father.row, mother.row}
    for parent, origin in ((father, "資料"), (mother, "職権による追加")):
        page = suzuki.get(page_of(parent)).content.decode()
        assert "ほかの納税者も扶養としています" in page
        assert origin in page
        assert child.row.name in page


@pytest.mark.req("ASM-10")
@pytest.mark.req("ASM-13")
@pytest.mark.parametrize("kind", ["end", "deny"])
def test_dependant_of_a_return_is_ended_or_denied_and_can_be_restored(family, staff, sign_in, kind):
    father, _mother, child = family
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")
    (first,) = relatives(father)
    url = f"/people/{father.row.pk}/R9/dependants/propose/"

    suzuki.post(url, {"key": child.key, "kind": kind, "why": "12月に離縁"})
    tanaka.post(f"/dependants/{DependantAct.objects.get().pk}/confirm/")
    assert relatives(father) == []
    assert Claim.objects.filter(addressee=father.row).count() == 0

    back = {"number": child.row.number, "role": "relative", "total_income": "0", "why": "訂正"}
    suzuki.post(url, back)
    tanaka.post(f"/dependants/{DependantAct.objects.latest('pk').pk}/confirm/")

    (again,) = relatives(father)
    assert again == first
    page = suzuki.get(page_of(father)).content.decode()
    assert "12月に離縁" in page
    assert page.count("K1002") == 2


@pytest.mark.req("ASM-10")
def test_dependant_counted_by_a_report_is_denied_by_age(db, staff):
    parent, child = resident(1), resident(2, born=date(2006, 6, 6))
    member = {"role": "dependant", "key": child.key}
    parent.salary(counts={"specific": 1}, family=[member], dependants=[child.key])
    run_year(staff)
    assert len(relatives(parent)) == 1

    act = acts.propose_removal(
        parent.row, "R9", key=child.key, kind="deny", why="別の親の扶養", **by(staff["suzuki"])
    )
    acts.confirm_act(act, **by(staff["tanaka"]))
    run_year(staff, now=DECIDED + DAY)

    assert relatives(parent) == []


@pytest.mark.req("ASM-10")
def test_impossible_dependants_are_refused(family, staff):
    father, mother, child = family
    given = {"role": "relative", "total_income": 0, "why": "届出", **by(staff["suzuki"])}

    with pytest.raises(Refusal, match="宛名番号の人はいません"):
        acts.propose_addition(mother.row, "R9", number="000", **given)
    with pytest.raises(Refusal, match="本人を本人の"):
        acts.propose_addition(mother.row, "R9", number=mother.row.number, **given)
    with pytest.raises(Refusal, match="すでに扶養"):
        acts.propose_addition(father.row, "R9", number=child.row.number, **given)
    removal = {"key": child.key, "kind": "deny", "why": "調査", **by(staff["suzuki"])}
    with pytest.raises(Refusal, match="今の扶養に入っていません"):
        acts.propose_removal(mother.row, "R9", **removal)
    act = acts.propose_addition(mother.row, "R9", number=child.row.number, **given)
    with pytest.raises(Refusal, match="確認を待っている起案"):
        acts.propose_addition(mother.row, "R9", number=child.row.number, **given)
    with pytest.raises(Refusal, match="自分で確認"):
        acts.confirm_act(act, **by(staff["suzuki"]))


def told_by_yatsushiro(person, division="0"):
    """Yatsushiro tells that it taxes the person for R9 (294条3項)."""
    row = person.row
    about = [person.personal_number, row.name, row.kana, row.birth_date.isoformat(), row.sex]
    cells = [*YATSUSHIRO, *about, row.address, "2027-03-01", "A-1"]
    cells[1] = division
    return take_in(file_of(cells), "taxed_elsewhere")


@pytest.mark.req("EXT-07")
def test_whom_another_municipality_taxes_is_proposed_and_not_taxed_here(db, staff):
    person = resident(1)
    person.salary()
    take_population("R9", by=SYSTEM, now=DECIDED)
    assert told_by_yatsushiro(person).counts["linked"] == 1

    assert propose_elsewhere(by=SYSTEM, now=DECIDED) == {"proposed": 1}
    assert propose_elsewhere(by=SYSTEM, now=DECIDED) == {"refused": 1}

    change = BasicsChange.objects.get()
    assert (change.before["residency"], change.after["residency"]) == ("resident", "elsewhere")
    assert change.why == "他市町村の課税の通知(地方税法294条3項) 熊本県八代市"
    assert YearPerson.objects.get().residency == "resident"
    basics.confirm_basics(change, **by(staff["suzuki"]))
    assert YearPerson.objects.get().residency == "elsewhere"
    assert propose_elsewhere(by=SYSTEM, now=DECIDED) == {"nothing_left": 1}
    run_year(staff)
    assert not person.row.decisions.exists()


@pytest.mark.req("EXT-07")
def test_notice_that_people_dropped_or_its_sender_cancelled_proposes_nothing(db, staff):
    person, other = resident(1), resident(2)
    take_population("R9", by=SYSTEM, now=DECIDED)
    told_by_yatsushiro(person)
    propose_elsewhere(by=SYSTEM, now=DECIDED)
    basics.drop_basics(BasicsChange.objects.get(), **by(staff["suzuki"]))
    told_by_yatsushiro(other)
    told_by_yatsushiro(other, division="3")

    assert propose_elsewhere(by=SYSTEM, now=DECIDED) == {"nothing_left": 1}
