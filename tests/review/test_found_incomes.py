"""A dependant found with an income is counted with it: neither kept nor denied whole (34条1項)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from review.assessment.queries import current_assessment
from review.errors import Refusal
from review.reconcile import dependant_acts as acts
from review.reconcile import services as rulings
from review.reconcile.models import Claim, DependantAct, Disagreement
from review.reconcile.outcomes import choices_of
from tests.review.small_city import DECIDED, relative_of, resident, run_year
from tests.review.story import REASON, actor

DAY = timedelta(days=1)
P = {"payer": "白川商事", "revenue": 5_000_000, "income": 3_560_000, "social_insurance": 720_000}


def report_of(person, **more):
    return person.document("salary_report", **P | more)


def tax_of(person):
    return current_assessment(person.row, "R9").total


def by(member, now=DECIDED):
    return {"by": actor(member), "reason": REASON, "now": now}


def offered(kind):
    return [choice.value for choice in choices_of(kind)]


def member(role, person):
    return {"family": [{"role": role, "key": person.key}], "dependants": [person.key]}


@pytest.fixture
def couple(db, staff):
    """A salary of 5,000,000 with a spouse on the report, who earned 1,940,000 (1,200,000)."""
    husband, wife = resident(1), resident(2)
    report_of(husband, spouse="1", **member("spouse", wife))
    wife.salary(1_940_000, payer="妻の店")
    run_year(staff)
    return husband, wife


@pytest.mark.req("ASM-07", "ASM-10")
def test_spouse_over_the_limit_keeps_the_special_deduction_by_two_people(couple, staff, sign_in):
    husband, _wife = couple
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")
    entry = Disagreement.objects.get(addressee=husband.row)
    assert (entry.kind, entry.reported, tax_of(husband)) == (
        "dependant_income",
        "1,200,000円",
        211_000,
    )
    page = suzuki.get(f"/people/{husband.row.pk}/R9/").content.decode()
    assert "見つかった所得で扶養を判定し直します。" in page

    given = {"outcome": "income", "comment": "妻の給報"}
    suzuki.post(f"/disagreements/{entry.pk}/propose/", given)
    tanaka.post(f"/disagreements/{entry.pk}/confirm/")

    assert tax_of(husband) == 228_000  # 2,250,000 after 160,000 of 配偶者特別控除
    assert Claim.objects.get(addressee=husband.row).total_income == 1_200_000
    run_year(staff, now=DECIDED + DAY)
    entry.refresh_from_db()
    assert (entry.state, tax_of(husband)) == ("settled", 228_000)


def test_found_income_is_an_outcome_of_nothing_else(db, staff):
    report_of(resident(1), spouse="7")
    run_year(staff)
    entry = Disagreement.objects.get(kind="report_unclear")

    kinds = [kind for kind in Disagreement.Kind if "income" in offered(kind)]
    assert (kinds, offered("report_unclear")) == (["dependant_income"], ["declared"])
    assert [kind for kind in Disagreement.Kind if not offered(kind)] == ["not_computed"]
    with pytest.raises(Refusal, match="所得超過でだけ"):
        rulings.propose(entry, outcome="income", **by(staff["suzuki"]))
    with (
        pytest.raises(IntegrityError, match="income_is_a_dependants"),
        transaction.atomic(),
    ):
        Disagreement.objects.filter(pk=entry.pk).update(outcome="income")


@pytest.mark.req("ASM-10")
def test_office_changes_the_income_of_a_dependant_and_the_history_says_so(couple, staff, sign_in):
    husband, wife = couple
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")
    url = f"/people/{husband.row.pk}/R9/dependants/propose/"
    given = {"key": wife.key, "kind": "income", "why": "所得照会の回答"}

    suzuki.post(url, given)
    assert not DependantAct.objects.exists()  # An income is asked for.
    suzuki.post(url, given | {"total_income": "1,200,000円"})
    tanaka.post(f"/dependants/{DependantAct.objects.get().pk}/confirm/")

    assert tax_of(husband) == 228_000
    page = suzuki.get(f"/people/{husband.row.pk}/R9/basics/").content.decode()
    for shown in ("所得を改める", "1,200,000", "所得照会の回答", "改めた合計所得金額"):
        assert shown in page


@pytest.mark.req("ASM-10")
def test_dependant_who_is_denied_and_added_again_has_the_income_that_was_said(couple, staff):
    husband, wife = couple

    denial = acts.propose_removal(
        husband.row, "R9", key=wife.key, kind="deny", why="調査", **by(staff["suzuki"])
    )
    acts.confirm_act(denial, **by(staff["tanaka"]))
    run_year(staff, now=DECIDED + DAY)
    assert tax_of(husband) == 244_000
    again = acts.propose_addition(
        husband.row,
        "R9",
        number=wife.row.number,
        role="spouse",
        total_income=1_200_000,
        why="配偶者特別控除",
        **by(staff["suzuki"], DECIDED + DAY),
    )
    acts.confirm_act(again, **by(staff["tanaka"], DECIDED + 2 * DAY))
    run_year(staff, now=DECIDED + 3 * DAY)

    assert tax_of(husband) == 228_000


def student(serial, income):
    """A child of 20 with a salary that comes to this income."""
    child = resident(serial, born=date(2006, 6, 6))
    child.salary(income + 740_000, payer="学生の店")
    return child


@pytest.mark.parametrize(
    ("deduction", "income", "found"),
    [
        (630_000, 700_000, False),
        (410_000, 980_000, False),
        (410_000, 1_100_000, True),
        (None, 1_100_000, False),
        (None, 1_300_000, True),
    ],
)
@pytest.mark.req("ASM-07")
def test_specific_relative_is_over_by_what_the_report_deducted(db, staff, deduction, income, found):
    """What the report's step allows; 1,230,000 where it says none, never 620,000."""
    parent, child = resident(1), student(2, income)
    stated = {} if deduction is None else {"specific_relative_deduction": deduction}
    report_of(parent, counts={"specific_relative": 1}, **stated, **member("dependant", child))

    run_year(staff)

    kinds = set(Disagreement.objects.filter(addressee=parent.row).values_list("kind", flat=True))
    assert ("dependant_income" in kinds) == found


@pytest.mark.req("ASM-10")
def test_child_of_a_return_is_counted_with_the_income_that_was_found(db, staff):
    parent, child = resident(1), student(2, 1_000_000)
    slip = {"payer": "白川商事", "revenue": 5_000_000, "social_insurance": 720_000}
    answers = {"income_kinds": ["salary"], "salaries": [slip]}
    report_of(parent)
    parent.filed(answers | {"relatives": [relative_of(child)]}, [child.key])
    run_year(staff)
    entry = Disagreement.objects.get(addressee=parent.row, kind="dependant_income")

    rulings.propose(entry, outcome="income", **by(staff["suzuki"]))
    rulings.confirm(entry, **by(staff["tanaka"]))
    run_year(staff, now=DECIDED + DAY)

    assert tax_of(parent) == 203_000  # 2,000,000 after 410,000: 200,000 - 2,500 + 5,500


def test_income_of_whom_the_office_added_changes_and_the_dependant_stays(db, staff):
    """A parent of 75: 3,560,000 - 720,000 - 430,000 - 380,000, with 500,000 as with nothing."""
    daughter, mother = resident(1), resident(2, born=date(1951, 4, 1))
    report_of(daughter)
    run_year(staff)
    alone = tax_of(daughter)
    added = acts.propose_addition(
        daughter.row,
        "R9",
        number=mother.row.number,
        role="relative",
        total_income=0,
        why="扶養の申出",
        **by(staff["suzuki"]),
    )
    acts.confirm_act(added, **by(staff["tanaka"]))
    run_year(staff, now=DECIDED + DAY)
    with_mother = tax_of(daughter)
    changed = acts.propose_removal(
        daughter.row,
        "R9",
        key=added.person_key,
        kind=DependantAct.Kind.INCOME,
        why="年金の通知",
        total_income=500_000,
        **by(staff["suzuki"], DECIDED + DAY),
    )
    acts.confirm_act(changed, **by(staff["tanaka"], DECIDED + 2 * DAY))
    run_year(staff, now=DECIDED + 3 * DAY)

    assert with_mother < alone
    assert tax_of(daughter) == with_mother
