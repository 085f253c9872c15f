"""Contractors and 中間サーバー: log-in, order, operations and log-out, each with its time."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from review.audit import maintenance
from review.audit.models import AuditEvent
from review.errors import Refusal
from review.intermediate import sessions
from review.intermediate.sessions import Operation
from review.staff import services
from tests.review import story
from tests.review.story import NOW, REASON, SYSTEM, actor


@pytest.fixture
def ogawa(at_story_time, staff):
    """Ogawa maintains the system for a contractor."""
    return story.engage("K2001", "小川 直樹", ["contractor"])


@pytest.mark.req("LOG-09")
def test_session_of_a_contractor_is_recorded_from_log_in_to_log_out(ogawa, at_story_time, sign_in):
    client = story.signed_in(ogawa)
    at_story_time(NOW + timedelta(minutes=5))
    client.get("/")
    client.get("/cases/")
    at_story_time(NOW + timedelta(minutes=9))
    client.post("/logout/")

    (session,) = maintenance.sessions(now=NOW + timedelta(hours=1))
    assert (session.actor, session.began_at) == ("K2001", NOW)
    assert session.ended_at == NOW + timedelta(minutes=9)
    assert session.orders == ["申告の審査:当初審査(作業指示 保守-2027-014)"]
    assert [(one.subject, one.at) for one in session.operations] == [
        ("/", NOW + timedelta(minutes=5))
    ]
    assert session.operations[0].detail == {"method": "GET", "work_order": "保守-2027-014"}
    # What was refused is in the log as well.
    assert AuditEvent.objects.filter(actor="K2001", action="access.denied").count() == 1
    page = sign_in("ito").get("/audit/maintenance/").content.decode()
    assert all(words in page for words in ("K2001", "保守-2027-014"))


@pytest.mark.req("LOG-09")
def test_nobody_else_has_every_page_written_down(at_story_time, sign_in):
    sign_in("suzuki").get("/")

    assert not AuditEvent.objects.filter(action="maintenance.operated").exists()


@pytest.mark.req("LOG-09")
def test_session_that_runs_out_has_its_end_in_the_log_once(ogawa, at_story_time):
    story.signed_in(ogawa)
    later = NOW + timedelta(minutes=20)
    at_story_time(later)

    counts = [services.end_expired(by=SYSTEM, now=later) for _again in range(2)]

    (session,) = maintenance.sessions(now=later)
    assert counts == [1, 0]
    assert (session.ended_at, session.ended_how) == (later, "timeout")


@pytest.mark.req("LOG-09", "ACC-02")
def test_session_that_another_log_in_replaces_ends_in_the_log(ogawa, at_story_time):
    story.signed_in(ogawa)
    at_story_time(NOW + timedelta(minutes=2))
    second = story.signed_in(ogawa)

    newest, oldest = maintenance.sessions(now=NOW + timedelta(minutes=3))
    assert (oldest.ended_at, oldest.ended_how) == (NOW + timedelta(minutes=2), "replaced")
    assert newest.ended_at is None
    assert Session.objects.count() == 1
    assert second.get("/").status_code == 200


@pytest.mark.req("LOG-09", "ACC-03")
def test_session_that_lasts_longer_than_a_day_ends_in_the_log(ogawa, at_story_time):
    client = story.signed_in(ogawa)
    for minutes in range(10, 620, 10):
        at_story_time(NOW + timedelta(minutes=minutes))
        client.get("/reason/")

    ended = AuditEvent.objects.get(actor="K2001", action="logout")
    assert ended.detail == {"why": "too_long"}
    assert services.end_expired(by=SYSTEM, now=NOW + timedelta(hours=12)) == 0


@pytest.mark.req("LOG-09")
def test_session_at_the_simulated_intermediary_is_recorded_step_by_step(staff):
    by = actor(staff["tanaka"])
    with sessions.session(by=by, reason=REASON, now=NOW) as opened:
        answer = opened.operate(Operation.REGISTER, now=NOW, content=b"copy")

    steps = AuditEvent.objects.filter(action__startswith="intermediary.").order_by("position")
    assert list(steps.values_list("action", "actor", "at")) == [
        ("intermediary.logged_in", "K1002", NOW),
        ("intermediary.operated", "K1002", NOW),
        ("intermediary.logged_out", "K1002", NOW),
    ]
    assert {step.subject for step in steps} == {f"intermediary:{opened.number}"}
    assert {step.detail["link"] for step in steps} == {"中間サーバー(模擬)"}
    assert steps[1].detail["operation"] == "register"
    assert steps[1].detail["number"] == answer.number


@pytest.mark.req("LOG-09")
def test_operation_that_fails_and_the_log_out_after_it_are_recorded(staff, monkeypatch):
    def broken(*_given):
        raise ConnectionError

    monkeypatch.setattr(sessions.Simulator, "operate", broken)
    by = actor(staff["tanaka"])

    with (
        pytest.raises(ConnectionError),
        sessions.session(by=by, reason=REASON, now=NOW) as opened,
    ):
        opened.operate(Operation.STATUS, now=NOW)

    steps = AuditEvent.objects.filter(action__startswith="intermediary.").order_by("position")
    assert [step.action.removeprefix("intermediary.") for step in steps] == [
        "logged_in",
        "operation_failed",
        "logged_out",
    ]


def test_without_a_link_nothing_is_pretended(staff, settings, sign_in):
    settings.INTERMEDIARY_SIMULATED = False

    with (
        pytest.raises(Refusal, match="設定されていません"),
        sessions.session(by=SYSTEM, reason=REASON, now=NOW),
    ):
        pass
    page = sign_in("tanaka").get("/transfers/intermediary/").content.decode()
    assert "接続が設定されていません" in page


@pytest.mark.req("LOG-09")
def test_page_says_that_the_intermediary_is_simulated(sign_in):
    page = sign_in("tanaka").post("/transfers/intermediary/").content.decode()

    assert "中間サーバー(模擬)" in page
    assert "処理番号" in page
