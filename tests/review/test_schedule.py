"""The schedule: seeded from the product, changed by two people only, counted to the day."""

from dataclasses import asdict
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from review.audit.models import AuditEvent
from review.errors import Refusal
from review.retention import periods, runs, schedule
from review.retention.alarms import alarms
from review.retention.models import Rule, Schedule
from review.retention.periods import Period
from tests.review.story import NOW, actor

YEARS, DAYS = "years", "days"


@pytest.fixture
def suzuki(staff):
    return actor(staff["suzuki"])


@pytest.fixture
def tanaka(staff):
    return actor(staff["tanaka"])


def proposed(by, **changes):
    given = {"kind": "exports", "amount": 5, "unit": YEARS, "basis": "文書管理規程10条"}
    return schedule.propose(**given | changes, reason="規程の改正", by=by, now=NOW)


def refusal(work):
    with pytest.raises(Refusal) as caught:
        work()
    return str(caught.value.message)


def test_first_version_is_what_the_product_came_with(db):
    assert periods.load_periods() == periods.first_periods()
    assert Schedule.objects.get().number == 1


@pytest.mark.req("RET-06")
def test_transfer_applications_are_kept_five_years(db):
    period = periods.load_periods()["transfers"]

    assert period.last_day_after(date(2027, 2, 1)) == date(2032, 2, 1)


@pytest.mark.req("RET-03")
def test_change_needs_a_second_person_and_is_logged(suzuki, tanaka):
    version = proposed(suzuki)
    assert periods.load_periods()["exports"].amount == 7
    assert "自分が提案した変更は承認できません" in refusal(
        lambda: schedule.approve(version, by=suzuki, now=NOW)
    )

    schedule.approve(version, by=tanaka, now=NOW)

    changed = periods.load_periods()["exports"]
    assert (changed.amount, changed.basis, changed.unconfirmed) == (5, "文書管理規程10条", False)
    states = list(Schedule.objects.order_by("number").values_list("state", flat=True))
    assert states == ["replaced", "in_force"]
    logged = AuditEvent.objects.filter(action__startswith="retention.schedule")
    assert list(logged.values_list("actor", "action")) == [
        ("K1001", "retention.schedule_proposed"),
        ("K1002", "retention.schedule_approved"),
    ]


def test_database_refuses_one_person_and_a_rule_in_force(suzuki):
    version = proposed(suzuki)

    with pytest.raises(IntegrityError), transaction.atomic():
        Schedule.objects.filter(pk=version.pk).update(
            approved_by=version.proposed_by, approved_at=NOW
        )
    with pytest.raises(DatabaseError, match="only by a new version"), transaction.atomic():
        Rule.objects.filter(schedule__number=1, kind="exports").update(amount=1)
    with pytest.raises(DatabaseError, match="only by a new version"), transaction.atomic():
        Rule.objects.filter(schedule__number=1, kind="exports").delete()


def test_one_change_at_a_time_and_none_while_a_list_is_open(suzuki, tanaka):
    version = proposed(suzuki)
    assert "承認を待っている変更" in refusal(lambda: proposed(tanaka, amount=6))
    runs.propose(date(2027, 2, 1), by=suzuki, now=NOW)

    assert "終わっていない消去" in refusal(lambda: schedule.approve(version, by=tanaka, now=NOW))

    schedule.refuse(version, by=suzuki, now=NOW)
    assert proposed(tanaka, amount=6).number == 3


def test_what_goes_with_its_parent_has_no_period_of_its_own(suzuki):
    assert "元の記録と一緒" in refusal(lambda: proposed(suzuki, kind="attachments"))


def test_same_period_again_is_no_change(suzuki):
    before = periods.load_periods()["resident-tax-return"]

    assert "同じです" in refusal(
        lambda: proposed(suzuki, kind=before.kind, amount=7, basis=before.basis)
    )


@pytest.mark.req("RET-01")
@pytest.mark.parametrize(
    ("period", "event", "last"),
    [
        (Period("x", "x", 7), date(2027, 2, 1), date(2034, 2, 1)),
        # The first day counted is 1 January; the last is 31 December.
        (Period("x", "x", 1), date(2026, 12, 31), date(2027, 12, 31)),
        # A leap day as the event, and one as the last day.
        (Period("x", "x", 1), date(2028, 2, 29), date(2029, 2, 28)),
        (Period("x", "x", 1), date(2027, 2, 28), date(2028, 2, 29)),
        # Its first day is 29 February: the year that has none ends it on the month's last day.
        (Period("x", "x", 1), date(2028, 2, 28), date(2029, 2, 28)),
        (Period("x", "x", 4), date(2028, 2, 28), date(2032, 2, 28)),
        # A holiday moves nothing: 1 January and 3 May.
        (Period("x", "x", 5), date(2026, 1, 1), date(2031, 1, 1)),
        (Period("x", "x", 90, DAYS), date(2027, 2, 2), date(2027, 5, 3)),
        (Period("x", "x", 365, DAYS), date(2027, 12, 31), date(2028, 12, 30)),
    ],
)
def test_period_ends_on_its_last_day(period, event, last):
    assert period.last_day_after(event) == last
    assert (period.last_event_over(last) or date.min) < event
    assert period.last_event_over(last + (date(2027, 1, 2) - date(2027, 1, 1))) >= event


def test_period_without_an_end_is_never_over():
    kept = Period("x", "x", None, "")

    assert (kept.is_over("R1", date(9998, 1, 1)), kept.last_event_over(date(9998, 1, 1))) == (
        False,
        None,
    )


def test_page_shows_periods_and_walks_a_change_through(sign_in):
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")
    form = {"kind": "exports", "amount": "5", "unit": YEARS, "basis": "規程10条", "reason": "改正"}

    wrong = suzuki.post("/retention/schedule/propose/", form | {"amount": "0"})
    page = suzuki.post("/retention/schedule/propose/", form, follow=True).content.decode()
    suzuki.post("/retention/schedule/2/approve/")
    own = periods.load_periods()["exports"].amount
    tanaka.post("/retention/schedule/2/approve/")

    assert wrong.status_code == 422
    assert "提案した人は承認できません" in page
    assert (own, periods.load_periods()["exports"].amount) == (7, 5)
    assert tanaka.post("/retention/schedule/2/burn/").status_code == 404


def test_kind_that_an_upgrade_brings_is_proposed_and_an_alarm_says_so(tanaka, sign_in):
    """The schedule in force is that of an older release, which knew no places of backups."""
    older = Schedule.objects.create(
        number=2, reason="旧版", proposed_by="batch:release", proposed_at=NOW
    )
    known = [one for one in periods.first_periods().values() if one.kind != "backup-places"]
    Rule.objects.bulk_create(
        Rule(schedule=older, place=place, **asdict(period)) for place, period in enumerate(known, 1)
    )
    schedule.approve(older, by=tanaka, now=NOW)

    schedule.make_first()
    schedule.make_first()

    client, label = sign_in("suzuki"), "バックアップの保管場所の確認の記録"
    waiting = Schedule.objects.get(state=Schedule.State.PROPOSED)
    told = [alarm for alarm in alarms(NOW) if label in alarm]
    assert [then.kind for _now, then in schedule.changes(waiting)] == ["backup-places"]
    assert ["提案を承認するか" in alarm for alarm in told] == [True]
    assert told[0] in client.get("/retention/").content.decode()
    assert label in client.get("/retention/schedule/").content.decode()
    client.post(f"/retention/schedule/{waiting.number}/approve/")
    assert schedule.missing_kinds() == []
    assert [alarm for alarm in alarms(NOW) if label in alarm] == []
