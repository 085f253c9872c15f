"""People who left: their 宛名 goes to the day, last of all, never while something names them."""

from datetime import date, timedelta

import pytest

from review.addressees.models import Addressee, BankAccount, Change, Contact, SamePerson
from review.assessment.models import SourceDocument
from review.audit.models import AuditEvent
from review.levy.models import YearRun
from review.retention import erasing, runs
from review.retention.models import Run
from tests.review.small_city import resident
from tests.review.story import NOW, SYSTEM, actor
from tests.review.test_whole_years import AFTER, LAST


def leaver(serial, **more):
    person = resident(serial, **more)
    Change.objects.create(addressee=person.row, reason="death", origin="t", at=NOW, by="K1001")
    Contact.objects.create(
        addressee=person.row, kind="heir", name="市民 二郎", address="熊本市", entered_by="K1001",
        since=date(2027, 3, 1), entered_at=NOW,
    )  # fmt: skip
    return person.row


@pytest.mark.req("RET-01")
@pytest.mark.parametrize(
    ("left", "last"),
    [
        (date(2027, 12, 31), date(2034, 12, 31)),
        (date(2028, 2, 29), date(2035, 2, 28)),
        (date(2028, 1, 1), date(2035, 1, 1)),
    ],
)
@pytest.mark.parametrize("how", ["died_on", "moved_out_on"])
def test_who_left_goes_the_day_after_seven_years(db, erase, how, left, last):
    leaver(1, **{how: left})
    erase(last)
    assert Addressee.objects.count() == Change.objects.count() == 1

    run = erase(last + timedelta(days=1))

    assert run.certificates.get(procedure="register").counts == {"addressees": 1}
    for model in (Addressee, Change, Contact):
        assert model.objects.count() == 0


def test_who_is_here_or_came_back_stays(db, erase):
    resident(1)
    resident(2, moved_out_on=date(2020, 1, 1), moved_in_on=date(2021, 1, 1))

    erase(date(2040, 1, 1))

    assert Addressee.objects.count() == 2


def test_who_is_still_named_by_a_record_stays_and_is_told(db, erase):
    dead = resident(1, died_on=date(2020, 1, 1))
    dead.salary(tax_year="R30")

    run = erase(date(2028, 1, 1))

    assert Addressee.objects.count() == 1
    assert run.refused == [
        {"addressee_number": dead.row.number, "why": "この人の記録が残っています"}
    ]


def test_a_record_that_comes_after_the_list_keeps_the_person(staff):
    dead = resident(1, died_on=date(2019, 1, 1))
    run = runs.propose(date(2027, 2, 1), by=actor(staff["suzuki"]), now=NOW)
    run = runs.approve(run, by=actor(staff["tanaka"]), now=NOW)
    dead.salary()

    erasing.carry_out(run, by=SYSTEM, now=NOW + timedelta(days=8))

    assert Addressee.objects.count() == 1
    assert run.items.get().why == "この人の記録が残っています"


def test_two_entries_of_one_person_go_together_or_not_at_all(db, erase):
    dead, again = leaver(1, died_on=date(2019, 1, 1)), leaver(2)
    first, second = sorted((dead, again), key=lambda row: row.pk)
    SamePerson.objects.create(first=first, second=second, proposed_by="K1001", proposed_at=NOW)

    erase(date(2027, 2, 1))
    assert Addressee.objects.count() == 2

    Addressee.objects.filter(pk=again.pk).update(died_on=date(2019, 1, 1))
    Run.objects.update(state="done")
    erase(date(2027, 2, 2))
    assert (Addressee.objects.count(), SamePerson.objects.count()) == (0, 0)


@pytest.mark.req("RET-05")
def test_the_dead_are_handled_as_the_living(db, erase, sign_in):
    """A 死亡日 changes neither masking nor log nor period: what is of a year goes by its year."""
    living, dead = resident(1), resident(2, died_on=date(2027, 1, 5))
    for person in (living, dead):
        person.salary()
    suzuki = sign_in("suzuki")

    for person in (living, dead):
        page = suzuki.get(f"/people/{person.row.pk}/").content.decode()
        assert person.row.masked_number in page
        assert person.personal_number not in page
        seen = AuditEvent.objects.filter(addressee_number=person.row.number)
        assert [event.action for event in seen] == ["addressee.viewed"]
    erase(LAST)
    assert SourceDocument.objects.count() == 2
    erase(AFTER)
    assert SourceDocument.objects.count() == 0
    stay = set(Addressee.objects.values_list("number", flat=True))
    assert stay == {living.row.number, dead.row.number}


def test_bank_account_goes_with_its_person(db, erase):
    row = resident(1, died_on=date(2019, 1, 1)).row
    account = BankAccount(
        addressee=row, bank_code="0001", branch_code="001", kind="1", holder_kana="シミン",
        since=date(2018, 1, 1), entered_at=NOW, entered_by="K1001",
    )  # fmt: skip
    account.take_number("1234567")
    account.save(force_insert=True)

    erase(date(2027, 2, 1))

    assert (BankAccount.objects.count(), Addressee.objects.count()) == (0, 0)


def test_number_of_one_who_is_gone_is_found_in_a_run_that_still_names_them(db, erase):
    """The year's run of another year lists whose tax changed most; the proof tells the place."""
    row = leaver(1, died_on=date(2019, 1, 1))
    YearRun.objects.create(
        tax_year="R30", proposed_by="K1", proposed_at=NOW, state="dropped",
        movers=[{"number": row.number, "before": 1, "now": 2}],
    )  # fmt: skip

    run = erase(date(2027, 2, 1))

    certificate = run.certificates.get(procedure="register")
    assert {"table": "levy_yearrun", "column": "movers", "count": 1} in certificate.proof["found"]
    assert run.state == Run.State.LEFTOVERS
    assert row.number not in str([certificate.items, certificate.proof])
    assert row.number not in str(list(run.items.values_list("label", flat=True)))
