"""Incidents: the procedure on the page, days that run from knowing, closed by another person."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from review.audit.models import AuditEvent
from review.errors import Refusal
from review.incidents import procedure, services
from review.incidents.models import Incident, Step
from tests.review.story import NOW, actor

FACTS = {"kind": "leak", "what": "通知書を別の世帯に送った", "people": 2, "with_numbers": False}


@pytest.fixture
def suzuki(staff):
    return actor(staff["suzuki"])


@pytest.fixture
def tanaka(staff):
    return actor(staff["tanaka"])


def written(by, **changes):
    return services.write(found_at=NOW, by=by, now=NOW, **FACTS | {"on_purpose": False} | changes)


def refusal(work):
    with pytest.raises(Refusal) as caught:
        work()
    return str(caught.value.message)


@pytest.mark.req("OPS-09")
def test_incident_is_closed_by_another_once_every_step_is_written_down(suzuki, tanaka):
    incident = written(suzuki)
    assert "別の職員" in refusal(lambda: services.close(incident, by=suzuki, now=NOW))
    assert "個人情報保護委員会への速報" in refusal(
        lambda: services.close(incident, by=tanaka, now=NOW)
    )
    for kind in Step.Kind.values:
        services.do(incident, kind=kind, what="した", by=suzuki, now=NOW)

    closed = services.close(incident, by=tanaka, now=NOW)

    assert (closed.state, closed.closed_by) == ("closed", "K1002")
    assert "もう終了" in refusal(
        lambda: services.do(incident, kind="told", what="x", by=suzuki, now=NOW)
    )
    entries = AuditEvent.objects.filter(subject="incident:1").order_by("position")
    actions = [entry.action for entry in entries]
    assert (actions[0], actions[-1]) == ("incident.written", "incident.closed")


@pytest.mark.req("OPS-09")
@pytest.mark.parametrize(("on_purpose", "days"), [(False, 30), (True, 60)])
def test_days_for_the_reports_run_from_when_the_office_knew(suzuki, on_purpose, days):
    incident = written(suzuki, on_purpose=on_purpose)

    found = {one.rule.kind: one for one in procedure.standing(incident, NOW + timedelta(days=6))}

    assert found["first_report"].due_at == NOW + timedelta(days=5)
    assert found["first_report"].is_late
    assert found["full_report"].due_at == NOW + timedelta(days=days)
    assert not found["full_report"].is_late


def test_an_outage_is_not_reported_to_the_commission(suzuki):
    incident = written(suzuki, kind="outage")

    assert "first_report" not in {one.rule.kind for one in procedure.standing(incident, NOW)}


def test_database_refuses_to_close_ones_own(suzuki):
    incident = written(suzuki)

    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(
            state="closed", closed_by="K1001", closed_at=NOW
        )


@pytest.mark.req("OPS-09")
def test_pages_show_the_procedure_and_take_no_personal_number(staff, sign_in):
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")
    assert "事故に気づいたら" in suzuki.get("/incidents/").content.decode()
    form = {"kind": "leak", "found_at": "2026-11-01T09:00", "what": "番号 123456789018 の紙"}
    assert suzuki.post("/incidents/", form).status_code == 422
    assert (
        suzuki.post(
            "/incidents/", form | {"what": "紙", "found_at": "2999-01-01T09:00"}
        ).status_code
        == 422
    )

    page = suzuki.post("/incidents/", form | {"what": "紙を落とした"}, follow=True)
    assert "期限を過ぎています" in page.content.decode()
    suzuki.post("/incidents/1/", {"kind": "stopped", "what": "回収した"})
    still = tanaka.post("/incidents/1/close/", follow=True).content.decode()

    assert "回収した" in still
    assert "まだ記録されていない対応" in still
    assert sign_in("ono").get("/incidents/").status_code == 403
