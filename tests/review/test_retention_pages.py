"""The retention pages: list, approve, hold; two persons throughout."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from exchange.models import OutboxMessage
from review.cases.models import Case
from review.cases.states import State
from review.retention import tasks
from review.retention.alarms import alarms as all_alarms
from review.retention.models import Erasure, Hold, Run
from tests.review.story import NOW, walk


@pytest.fixture
def imported(filed, staff):
    case = walk(filed.queued(), State.IMPORTED, staff)
    OutboxMessage.objects.update(confirmed_at=NOW, final_receipt="signed")
    return case


@pytest.fixture
def suzuki(sign_in):
    return sign_in("suzuki")


@pytest.fixture
def tanaka(sign_in):
    return sign_in("tanaka")


def listed(client, as_of="2035-04-01"):
    return client.post("/retention/propose/", {"as_of": as_of}, follow=True)


def words(answer):
    return answer.content.decode()


def test_overview_says_what_is_held_and_from_when_it_may_go(imported, suzuki):
    page = words(suzuki.get("/retention/"))

    assert "令和17年4月1日" in page
    assert "特定個人情報保護評価書 II-6②" in page
    assert "まだ消去をしていません。" in page


@pytest.mark.req("RET-02")
def test_list_is_approved_by_another_and_carried_out_by_the_batch(imported, suzuki, tanaka):
    assert "一覧を作った人は承認できません" in words(listed(suzuki))
    own = suzuki.post("/retention/runs/1/approve/", follow=True)
    assert "自分が作った一覧は承認できません" in words(own)
    page = words(tanaka.get("/retention/runs/1/"))
    assert f"{imported.receipt_number}:1" in page

    answer = words(tanaka.post("/retention/runs/1/approve/", follow=True))
    assert "待機期間が終わると、自動で実施します。" in answer
    tasks.carry_out_due()

    assert Case.objects.count() == 0
    returns = Erasure.objects.get(procedure="resident-tax-return")
    certificate = words(tanaka.get(f"/retention/certificates/{returns.number}/"))
    assert "残っているものはありませんでした。" in certificate
    assert imported.addressee.name not in certificate


def test_run_is_called_off_with_a_reason_and_erases_nothing(imported, suzuki):
    listed(suzuki)
    without = suzuki.post("/retention/runs/1/cancel/", {"reason": ""})
    assert without.status_code == 422

    suzuki.post("/retention/runs/1/cancel/", {"reason": "基準日の間違い"})

    assert (Run.objects.get().state, Case.objects.count()) == ("cancelled", 1)


def test_malformed_day_names_the_field(suzuki):
    answer = suzuki.post("/retention/propose/", {"as_of": "soon"})

    assert answer.status_code == 422
    assert "基準日" in words(answer)


def test_hold_names_what_it_keeps_and_another_ends_it(imported, suzuki, tanaka):
    form = {
        "kind": "litigation", "subject": imported.addressee.number, "reason": "行ウ1", "until": "",
    }  # fmt: skip
    suzuki.post("/retention/holds/", form)
    hold = Hold.objects.get()
    assert hold.addressee_number == imported.addressee.number

    own = suzuki.post(f"/retention/holds/{hold.pk}/end/", follow=True)
    assert "自分が設定した保留は解除できません" in words(own)
    tanaka.post(f"/retention/holds/{hold.pk}/end/")
    again = tanaka.post(f"/retention/holds/{hold.pk}/end/", follow=True)

    hold.refresh_from_db()
    assert hold.ended_by == "K1002"
    assert "もう解除されています" in words(again)


def test_hold_of_a_number_that_nobody_knows_says_what_to_check(suzuki):
    form = {"kind": "other", "subject": "999", "reason": "調査", "until": ""}

    answer = suzuki.post("/retention/holds/", form)

    assert answer.status_code == 422
    assert "番号を確認してください。" in words(answer)
    assert Hold.objects.count() == 0


def test_what_is_due_and_not_listed_raises_an_alarm(imported):
    found = all_alarms(datetime(2035, 6, 1, tzinfo=UTC))

    assert any("一覧が作られていません" in alarm for alarm in found)


def test_monthly_batch_lists_what_is_due_and_leaves_the_approval_to_a_person(imported):
    with time_machine.travel(datetime(2035, 5, 1, tzinfo=UTC), tick=False):
        tasks.propose_monthly()
        tasks.propose_monthly()
        tasks.carry_out_due()

    run = Run.objects.get()
    assert (run.proposed_by, run.state) == ("batch:purge", "proposed")
    assert Case.objects.count() == 1


@pytest.mark.parametrize(("days", "late"), [(13, False), (15, True)])
def test_list_that_nobody_approves_raises_an_alarm(imported, suzuki, days, late):
    listed(suzuki)

    found = all_alarms(timezone.now() + timedelta(days=days))

    assert any("14日を過ぎても承認されていません" in alarm for alarm in found) is late
