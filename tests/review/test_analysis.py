"""The monthly questions to the log, their sign-off, the head kept elsewhere, raw SQL caught."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from review.audit import analysis
from review.audit.models import AuditEvent, MonthlyReview
from review.audit.services import record_by
from review.audit.tasks import watch
from review.cases.models import Case
from review.errors import Refusal
from review.staff.models import StaffMember
from tests.review import city
from tests.review.story import NOW, REASON, actor

FEBRUARY = date(2027, 2, 1)
MARCH = datetime(2027, 3, 2, tzinfo=UTC)
# Monday, 1 February 2027, noon in Japan.
NOON = NOW


def look(member, number, at=NOON, action="addressee.viewed"):
    return record_by(actor(member), action, reason=REASON, now=at, addressee_number=number)


def kinds(month=FEBRUARY):
    return [(finding.kind, finding.actor, finding.count) for finding in analysis.analyse(month)]


@pytest.mark.req("LOG-05")
@pytest.mark.req("LOG-06")
def test_own_household_and_colleagues_records_are_found(filed, town, staff):
    city.enter(
        "100000009", city.CardHolder(**(vars(city.KATO) | {"personal_number": "100000000005"}))
    )
    filed.queued()
    StaffMember.objects.filter(number="K1001").update(addressee_number=city.NUMBERS["kato"])
    for number in (city.NUMBERS["kato"], "100000009"):
        look(staff["suzuki"], number, action="case.viewed")
    look(staff["tanaka"], city.NUMBERS["kato"], action="case.viewed")
    look(staff["tanaka"], city.NUMBERS["sato"], action="case.viewed")

    assert kinds() == [("colleague", "K1002", 1), ("household", "K1001", 1), ("own", "K1001", 1)]


@pytest.mark.req("LOG-05")
def test_look_at_somebody_without_a_case_is_found(filed, staff):
    filed.queued()
    look(staff["suzuki"], city.NUMBERS["sato"])
    look(staff["suzuki"], city.NUMBERS["kato"])

    assert kinds() == [("no_case", "K1001", 1)]


@pytest.mark.req("LOG-05")
@pytest.mark.parametrize(
    ("at", "found"),
    [
        (datetime(2027, 2, 1, 12, 59, tzinfo=UTC), []),
        (datetime(2027, 2, 1, 13, 0, tzinfo=UTC), [("night", "K1001", 1)]),
        (datetime(2027, 2, 6, 3, 0, tzinfo=UTC), [("night", "K1001", 1)]),
        (datetime(2027, 2, 11, 3, 0, tzinfo=UTC), [("night", "K1001", 1)]),
    ],
)
def test_look_at_night_or_on_a_holiday_is_found(db, staff, at, found):
    look(staff["suzuki"], "", at=at)

    assert kinds() == found


@pytest.mark.req("LOG-05")
def test_many_different_people_on_one_day_are_found(db, staff, monkeypatch):
    monkeypatch.setattr(analysis, "MANY_A_DAY", 2)
    for number in range(3):
        look(staff["suzuki"], f"20000000{number}", action="case.viewed")
        look(staff["tanaka"], "200000000", action="case.viewed")

    assert kinds() == [("many", "K1001", 3)]


def test_other_months_and_batches_are_not_counted(db, staff):
    look(staff["suzuki"], "1", at=NOON - timedelta(days=1))

    assert kinds() == []


@pytest.mark.req("LOG-06")
def test_month_is_signed_off_once_after_its_end(db, staff, sign_in):
    look(staff["suzuki"], "1")
    ito = actor(staff["ito"])
    with pytest.raises(Refusal, match="終わっていない月"):
        analysis.sign_off(FEBRUARY, "確認", by=ito, reason=REASON, now=NOW)
    analysis.sign_off(FEBRUARY, "上司に確認", by=ito, reason=REASON, now=MARCH)

    signed = MonthlyReview.objects.get()
    assert (signed.signed_by, [f["kind"] for f in signed.findings]) == ("K1003", ["no_case"])
    with pytest.raises(Refusal, match="すでに点検"):
        analysis.sign_off(FEBRUARY, "確認", by=ito, reason=REASON, now=MARCH)
    page = sign_in("ito").get("/audit/months/2027/2/").content.decode()
    assert "上司に確認" in page


def test_nobody_signs_off_a_month_with_own_findings(db, staff):
    look(staff["ito"], "1")

    with pytest.raises(Refusal, match="自分の操作が点検事項"):
        analysis.sign_off(FEBRUARY, "x", by=actor(staff["ito"]), reason=REASON, now=MARCH)


@pytest.mark.req("LOG-04")
def test_head_kept_elsewhere_finds_a_chain_that_was_cut(db, staff, tmp_path):
    look(staff["suzuki"], "1")
    call_command("export_audit_head", "--to", str(tmp_path), stdout=StringIO())

    noted = json.loads(next(tmp_path.iterdir()).read_text())
    assert noted["position"] == AuditEvent.objects.count()
    anchor = f"{noted['position']}:{noted['hash']}"
    call_command("verify_audit_log", "--anchor", anchor, stdout=StringIO())
    cut = f"{noted['position'] + 1}:{noted['hash']}"
    with pytest.raises(SystemExit):
        call_command("verify_audit_log", "--anchor", cut, stdout=StringIO())


def test_head_goes_to_a_folder_that_is_there(db, tmp_path):
    with pytest.raises(CommandError, match="is no folder"):
        call_command("export_audit_head", "--to", str(tmp_path / "missing"))


@pytest.mark.req("LOG-04")
def test_change_of_a_case_past_the_application_is_refused(filed):
    filed.queued()
    with pytest.raises(DatabaseError, match="only together with an audit entry"):
        _change_by_hand()


def _change_by_hand():
    with transaction.atomic(), connection.cursor() as cursor:
        # As in a transaction of its own: nothing has been written down in it.
        cursor.execute("SELECT set_config('review.audited', '', true)")
        cursor.execute("UPDATE cases_case SET state = 'queued'")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_change_with_its_audit_entry_stands(filed, staff):
    filed.queued()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('review.audited', '', true)")
        Case.objects.update(decision_reason="x")
        look(staff["suzuki"], "")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert Case.objects.get().decision_reason == "x"


@pytest.mark.req("LOG-02")
def test_four_attributes_are_sealed_in_the_log_and_open_for_auditors(filed, sign_in):
    case = filed.queued()
    sign_in("suzuki").get(f"/cases/{case.pk}/")

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_auditevent WHERE four_attributes::text ~ '佐藤'")
        assert cursor.fetchone() == (0,)
    assert "佐藤 花子" in sign_in("ito").get("/audit/?action=case.viewed").content.decode()


@pytest.mark.req("OPS-03")
def test_planted_look_of_yesterday_raises_an_alarm_today(db, staff, caplog):
    look(staff["suzuki"], "", at=datetime(2027, 2, 6, 3, 0, tzinfo=UTC))

    with time_machine.travel(datetime(2027, 2, 7, 3, 0, tzinfo=UTC), tick=False):
        counts = watch()
    with time_machine.travel(datetime(2027, 2, 8, 3, 0, tzinfo=UTC), tick=False):
        later = watch()

    assert (counts, later) == ({"night": 1}, {})
    assert "audit alarm night: K1001, 1 times on 2027-02-06" in caplog.text
