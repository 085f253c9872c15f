"""死亡日の突合: what a return says of deaths in the family beside the 宛名, and a ruling on it."""

from datetime import date, timedelta

import pytest

from review.assessment.services import assess_addressee
from review.reconcile import services as rulings
from review.reconcile.deaths import day_in_dispute
from review.reconcile.models import Claim, Disagreement
from tests.review.small_city import DECIDED, relative_of, resident, run_year
from tests.review.story import REASON, SYSTEM, actor

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AUGUST = date(2026, 8, 20)
SLIP = {"payer": "白川商事", "revenue": 4_000_000, "withheld_tax": 100_000}
SALARY = {"income_kinds": ["salary"], "salaries": [SLIP | {"social_insurance": 600_000}]}


def daughter_of(born, *, died_on=None, stated=None):
    """Somebody with a salary who declares her mother, and what she says of the mother's death."""
    daughter, mother = resident(1), resident(2, born=born, died_on=died_on)
    daughter.salary()
    said = {"died_on": stated.isoformat()} if stated else {}
    told = {"relation": "parent", "cohabiting_parent": True} | said
    daughter.filed(SALARY | {"relatives": [relative_of(mother, **told)]}, [mother.key])
    return daughter


def listed(person):
    found = Disagreement.objects.filter(addressee=person.row, kind="dependant_death")
    return [(entry.declared, entry.reported, entry.state) for entry in found]


def rule(staff, outcome):
    entry = Disagreement.objects.get(kind="dependant_death")
    by = {"reason": REASON, "now": DECIDED}
    rulings.propose(entry, outcome=outcome, by=actor(staff["suzuki"]), **by)
    rulings.confirm(entry, by=actor(staff["tanaka"]), **by)


def assessed(person):
    return assess_addressee(person.row, "R9", by=SYSTEM, now=DECIDED + DAY)


def test_mother_who_was_69_when_she_died_is_judged_by_the_registers_day(staff):
    """70 on 31 December: 450,000; 69 on the day of her death: 330,000 (所得税法85条; 要確認)."""
    daughter = daughter_of(date(1956, 9, 1), died_on=AUGUST)
    run_year(staff)
    assert listed(daughter) == [("死亡の記載なし", "2026-08-20", "open")]
    # 1,280,000 at 10 %, less 9,000, with 5,500.
    assert assessed(daughter).total == 124_500

    rule(staff, "reported")
    after = assessed(daughter)

    # 1,400,000 at 10 %, less 5,000, with 5,500.
    assert (after.total, after.state) == (140_500, "computed")
    assert listed(daughter) == [("死亡の記載なし", "2026-08-20", "settled")]
    assert Claim.objects.get(addressee=daughter.row).died_on == AUGUST
    assert assessed(daughter).total == 140_500


def test_what_was_declared_may_stand(staff):
    daughter = daughter_of(date(1956, 9, 1), died_on=AUGUST)
    run_year(staff)

    rule(staff, "declared")

    assert (assessed(daughter).total, assessed(daughter).state) == (124_500, "computed")
    assert listed(daughter) == [("死亡の記載なし", "2026-08-20", "settled")]


def test_day_that_the_register_does_not_know_is_listed_and_taken_away(staff):
    daughter = daughter_of(date(1956, 9, 1), stated=AUGUST)
    run_year(staff)
    assert listed(daughter) == [("2026-08-20", "死亡の記載なし", "open")]
    assert assessed(daughter).total == 140_500

    rule(staff, "reported")

    assert assessed(daughter).total == 124_500


def test_a_later_word_of_the_register_opens_the_matter_again(staff):
    daughter = daughter_of(date(1956, 9, 1), stated=AUGUST)
    run_year(staff)
    rule(staff, "declared")
    mother = Claim.objects.get(addressee=daughter.row)

    from review.addressees.models import Addressee

    Addressee.objects.filter(number_index=bytes.fromhex(mother.person_key)).update(
        died_on=AUGUST + DAY
    )
    assessed(daughter)

    assert listed(daughter) == [("2026-08-20", "2026-08-21", "open")]


@pytest.mark.parametrize(
    ("role", "born", "stated", "registered", "disputed"),
    [
        # The same day, or none anywhere.
        ("relative", date(1950, 3, 3), AUGUST, AUGUST, False),
        ("relative", date(1950, 3, 3), None, None, False),
        # A day that is stated is the register's or wrong.
        ("relative", date(1950, 3, 3), AUGUST, AUGUST + DAY, True),
        ("spouse", date(1950, 3, 3), AUGUST, None, True),
        ("spouse", date(1950, 3, 3), AUGUST, date(2027, 1, 2), True),
        # Where none is, a death that changes no class of age, or after the year, changes nothing.
        ("relative", date(1950, 3, 3), None, AUGUST, False),
        ("relative", date(1956, 9, 1), None, date(2027, 1, 2), False),
        ("relative", date(2010, 9, 1), None, AUGUST, True),
        ("relative", date(2007, 9, 1), None, AUGUST, True),
        ("relative", date(2003, 9, 1), None, AUGUST, True),
        ("relative", date(2003, 8, 21), None, AUGUST, False),
        ("spouse", date(1956, 9, 1), None, AUGUST, True),
        ("spouse", date(2003, 9, 1), None, AUGUST, False),
        # A register that contradicts itself tells nothing.
        ("relative", date(2026, 9, 1), None, AUGUST, False),
    ],
)
def test_days_are_in_dispute_where_the_law_asks_for_them(role, born, stated, registered, disputed):
    assert day_in_dispute(role, born, stated, registered, "R9") is disputed


def test_late_husband_of_whom_the_register_knows_no_death_is_a_spouse_beside_widow(staff):
    """The ruling takes his day away: then 寡婦 contradicts, and is on the list as such."""
    widow, husband = resident(1), resident(2, born=date(1956, 3, 3))
    widow.salary()
    told = relative_of(husband, died_on="2026-08-20")
    spouse = {name: told[name] for name in told if name not in ("relation", "cohabiting_parent")}
    widow.filed(SALARY | {"spouse": spouse, "personal": {"widow": True}}, [husband.key])
    run_year(staff)
    kinds = Disagreement.objects.filter(addressee=widow.row).exclude(state="gone")
    assert [entry.kind for entry in kinds] == ["dependant_death"]

    rule(staff, "reported")
    assessed(widow)

    assert sorted(entry.kind for entry in kinds.all()) == ["contradiction", "dependant_death"]
