"""Disposal outside the system: asked for, allowed by another, reported; contractors' too."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from review.audit.models import AuditEvent
from review.errors import Refusal
from review.retention import disposals
from review.retention.alarms import alarms
from review.retention.models import Disposal
from tests.review.story import NOW, actor

FACTS = {
    "contractor": "株式会社廃棄",
    "medium": "LTO-7 管理番号 12",
    "contents": "令和元年度のバックアップ",
    "quantity": 3,
    "method": "destruction",
    "planned_on": date(2027, 2, 10),
}
REPORT = {"done_on": date(2027, 2, 9), "done_by": "廃棄 太郎", "report": "証明書 第5号"}


@pytest.fixture
def suzuki(staff):
    return actor(staff["suzuki"])


@pytest.fixture
def tanaka(staff):
    return actor(staff["tanaka"])


@pytest.mark.req("RET-07")
def test_disposal_is_asked_for_allowed_by_another_and_reported(suzuki, tanaka):
    asked = disposals.request(**FACTS, by=suzuki, now=NOW)
    with pytest.raises(Refusal, match="自分が申請した廃棄は承認できません"):
        disposals.approve(asked, by=suzuki, now=NOW)
    with pytest.raises(Refusal, match="承認待ち"):
        disposals.report(asked, **REPORT, by=suzuki, now=NOW)

    disposals.approve(asked, by=tanaka, now=NOW)
    done = disposals.report(asked, **REPORT, by=suzuki, now=NOW + timedelta(days=9))

    assert (done.number, done.state, done.done_by) == (1, "reported", "廃棄 太郎")
    actions = AuditEvent.objects.filter(subject="disposal:1").values_list("action", "actor")
    assert list(actions) == [
        ("disposal.requested", "K1001"),
        ("disposal.approved", "K1002"),
        ("disposal.reported", "K1001"),
    ]


def test_database_refuses_a_disposal_approved_by_who_asked(suzuki):
    asked = disposals.request(**FACTS, by=suzuki, now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        Disposal.objects.filter(pk=asked.pk).update(approved_by="K1001")
    with pytest.raises(IntegrityError), transaction.atomic():
        Disposal.objects.filter(pk=asked.pk).update(state="reported")


def test_day_of_a_report_lies_between_the_approval_and_today(suzuki, tanaka):
    asked = disposals.approve(disposals.request(**FACTS, by=suzuki, now=NOW), by=tanaka, now=NOW)

    for day in (date(2027, 1, 31), date(2027, 2, 11)):
        later = NOW + timedelta(days=9)
        with pytest.raises(Refusal, match="承認の日から今日まで"):
            disposals.report(asked, **REPORT | {"done_on": day}, by=suzuki, now=later)


def test_pages_walk_a_disposal_through(sign_in):
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")
    form = {key: str(value) for key, value in FACTS.items()}

    empty = suzuki.post("/retention/disposals/", form | {"medium": ""})
    suzuki.post("/retention/disposals/", form)
    tanaka.post("/retention/disposals/1/approve/")
    page = suzuki.get("/retention/disposals/").content.decode()
    unsaid = suzuki.post("/retention/disposals/1/report/", {"done_on": "", "done_by": ""})
    suzuki.post("/retention/disposals/1/refuse/")

    assert (empty.status_code, unsaid.status_code) == (422, 422)
    assert "株式会社廃棄" in page
    assert Disposal.objects.get().state == "refused"
    assert suzuki.post("/retention/disposals/1/burn/").status_code == 404


@pytest.mark.req("RET-07")
@pytest.mark.parametrize(("days", "late"), [(0, False), (1, True)])
def test_disposal_that_nobody_reports_raises_an_alarm_the_day_after(suzuki, days, late):
    disposals.request(**FACTS, by=suzuki, now=NOW)
    planned = datetime(2027, 2, 10, 3, tzinfo=UTC)

    found = [alarm for alarm in alarms(planned + timedelta(days=days)) if "廃棄1" in alarm]

    assert bool(found) is late
