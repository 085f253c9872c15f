"""The exchange page: alarms, resending many with one button, comparing the three zones."""

from uuid import uuid4

import pytest
from django.utils import timezone

from exchange.models import Comparison, InboxMessage, OutboxMessage
from review.audit.models import AuditEvent


@pytest.fixture
def stopped(db) -> list[str]:
    """Three messages that arrived and could not be handled."""
    now = timezone.now()
    rows = [
        InboxMessage(
            id=uuid4(), source="relay", destination="review", kind="submission", case_key=f"R9-{n}",
            sealed=b"sealed", size=6, sha256="0" * 64, created_at=now, received_at=now, due_at=now,
            state="needs_person", last_error="unknown_kind", attempts=1,
        )
        for n in range(3)
    ]  # fmt: skip
    return [str(row.pk) for row in InboxMessage.objects.bulk_create(rows)]


def test_chosen_messages_are_sent_again_with_one_button_and_each_is_recorded(stopped, sign_in):
    client = sign_in("suzuki")

    page = client.post("/exchange/resend/", {"message": stopped[:2]}, follow=True)

    states = dict(InboxMessage.objects.values_list("pk", "state"))
    assert sorted(states.values()) == ["needs_person", "stored", "stored"]
    assert "2件をもう一度送ります。" in page.content.decode()
    subjects = AuditEvent.objects.filter(action="exchange.resent").values_list("subject", flat=True)
    assert sorted(subjects) == sorted(f"message:{one}" for one in stopped[:2])


@pytest.mark.parametrize("chosen", [[], ["no id"], ["'; DROP TABLE"]])
def test_choosing_nothing_sends_nothing_and_says_what_to_do(stopped, sign_in, chosen):
    page = sign_in("suzuki").post("/exchange/resend/", {"message": chosen}, follow=True)

    assert "ひとつ以上選んでください。" in page.content.decode()
    assert InboxMessage.objects.filter(state="needs_person").count() == 3


def test_pressing_it_three_times_changes_nothing_more(stopped, sign_in):
    client = sign_in("suzuki")

    for _ in range(3):
        page = client.post("/exchange/resend/", {"message": stopped}, follow=True)

    assert "再送の対象ではありません。" in page.content.decode()
    assert set(InboxMessage.objects.values_list("state", flat=True)) == {"stored"}


def test_the_page_names_alarms_the_case_and_the_kind(stopped, sign_in):
    page = sign_in("suzuki").get("/exchange/").content.decode()

    assert "職員の確認が必要な連絡" in page
    assert "R9-0" in page
    assert "申告" in page


def test_a_comparison_that_reaches_nobody_says_so_and_is_kept(sign_in):
    client = sign_in("suzuki")

    page = client.post("/exchange/compare/", follow=True).content.decode()

    assert "突合せは終わっていません。" in page
    assert Comparison.objects.get().unreachable == ["portal", "relay"]
    assert AuditEvent.objects.filter(action="exchange.compared").count() == 1


def test_differences_are_shown_in_words(sign_in):
    difference = {
        "message_id": str(uuid4()), "problem": "missing", "sender": "portal", "receiver": "relay",
    }  # fmt: skip
    Comparison.objects.create(
        at=timezone.now(), by="batch:exchange", messages=7, differences=[difference]
    )

    page = sign_in("suzuki").get("/exchange/").content.decode()

    assert "住民のサイト → 連携サーバ" in page
    assert "送った記録があるが、届いた記録がない" in page
    assert OutboxMessage.objects.count() == 0
