"""What contractors get: a receipt, a day by which it is back, and another person who saw it end."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from review.audit.models import AuditEvent
from review.errors import Refusal
from review.transfers import hand_overs
from review.transfers.models import HandOver
from tests.review.story import NOW, actor

PUNCH = {
    "contractor": "熊本パンチ株式会社",
    "contents": "令和9年度 給与支払報告書(紙)のパンチ原票",
    "medium": "段ボール箱 3箱 A-12~A-14",
    "count": 1200,
    "receipt": "預-2027-003",
    "received_by": "天草 花",
    "handed_on": "2027-02-01",
    "due_on": "2027-03-31",
}


@pytest.fixture
def handed(at_story_time, staff, sign_in):
    assert sign_in("suzuki").post("/transfers/hand-overs/", PUNCH).status_code == 302
    return HandOver.objects.get()


@pytest.mark.req("OPS-06")
def test_hand_over_is_written_down_with_its_receipt_and_its_end(handed, sign_in):
    end = {"state": "erased", "ended_on": "2027-02-01", "evidence": "消去報告書 第5号"}
    page = sign_in("suzuki").get("/transfers/hand-overs/").content.decode()
    assert ("預-2027-003" in page, "返還・消去を確認する" in page) == (True, False)

    sign_in("tanaka").post(f"/transfers/hand-overs/{handed.number}/end/", end)

    handed.refresh_from_db()
    assert (handed.state, handed.ended_by) == ("erased", "K1002")
    logged = AuditEvent.objects.filter(subject=f"hand-over:{handed.number}").order_by("position")
    assert list(logged.values_list("action", "actor")) == [
        ("hand_over.made", "K1001"),
        ("hand_over.ended", "K1002"),
    ]


@pytest.mark.req("OPS-06")
@pytest.mark.parametrize("left_out", ["receipt", "received_by", "contents", "due_on"])
def test_without_receipt_nothing_is_written_down(at_story_time, staff, sign_in, left_out):
    page = {name: value for name, value in PUNCH.items() if name != left_out}

    response = sign_in("suzuki").post("/transfers/hand-overs/", page)

    assert response.status_code == 422
    assert not HandOver.objects.exists()


@pytest.mark.req("OPS-06")
def test_who_handed_over_does_not_confirm_the_end(handed, staff):
    given = {"state": "returned", "ended_on": date(2027, 2, 1), "evidence": "返却を確認"}
    with pytest.raises(Refusal, match="別の職員が確認"):
        hand_overs.finish(handed, **given, by=actor(staff["suzuki"]), now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        HandOver.objects.filter(pk=handed.pk).update(**given, ended_by="K1001")


def test_overdue_hand_over_is_marked(handed, sign_in, at_story_time):
    at_story_time(NOW.replace(month=4))

    page = sign_in("suzuki").get("/transfers/hand-overs/").content.decode()

    assert "返還・消去の期限が過ぎています。" in page
