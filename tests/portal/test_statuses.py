"""What the office reports, and what the resident sees and hears of it."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.utils import timezone

from exchange.inbox import Delivery
from exchange.models import Attempt, InboxMessage
from portal import notices
from portal.models import Notice, StatusMessage, Submission
from portal.statuses import receive_status
from portal.timeline import timeline

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission(sato):
    return Submission.objects.get(pk=sato.is_ready_to_sign().files())


def refreshed(submission):
    return Submission.objects.get(pk=submission.pk)


def test_status_moves_the_submission_and_its_time_line(submission, office):
    office.reports(submission.receipt_number, "processing", "arrived")
    office.reports(submission.receipt_number, "processing", "verified")
    office.reports(submission.receipt_number, "processing", "queued")

    steps = timeline(refreshed(submission))
    assert refreshed(submission).stage == "queued"
    # Who waits for a clerk has not been reviewed, and sees since when.
    assert [step.state for step in steps] == ["done"] * 4 + ["current", "todo"]
    assert steps[4].at is not None
    # What has been done is not told as what will be.
    told = [str(step.text) for step in steps]
    assert told == [
        *(told[0], "", "", ""),
        *("職員が内容を確かめます。", "手続きが終わると、ここに出ます。"),
    ]
    assert told[0] == "この時刻に申告を受け付けました。"


def test_time_line_begins_with_the_receipt_and_waits_for_delivery(submission):
    steps = timeline(submission)

    assert steps[0].at == submission.submitted_at
    assert [step.state for step in steps] == ["done", "current", "todo", "todo", "todo", "todo"]


def test_request_for_correction_is_shown_with_its_date(submission, office, sato):
    office.reports(
        submission.receipt_number,
        "needs_correction",
        "correction_requested",
        "社会保険料の金額を確かめてください。",
        fields=["answers.social_insurance"],
        due_on="2027-04-01",
    )

    page = sato.client.get(f"/filings/{submission.pk}/").content.decode()

    # It stands there until the resident has answered: nothing is under way at the office.
    steps = [step.state for step in timeline(refreshed(submission))]
    assert steps == ["done"] * 4 + ["error", "todo"]
    assert "社会保険料の金額を確かめてください。" in page
    assert "令和9年4月1日" in page
    assert 'data-state="needs_correction"' in page


def test_english_resident_reads_a_phrase_once_and_a_clerks_own_words_as_written(
    submission, office, sato
):
    stock = "申告に書かれていない勤め先または年金の支払者があります。すべての収入を書いてください。"
    english = "An employer or pension payer is missing from your return. Please enter all income."
    own = "くまもと商店の給料は2枚ありませんか。"
    office.reports(
        submission.receipt_number,
        "needs_correction",
        "correction_requested",
        "\n".join([stock, own, "Please call us in English.", english]),
        fields=["answers.salaries"],
        due_on="2027-04-01",
    )
    sato.client.cookies["django_language"] = "en"

    page = sato.client.get(f"/filings/{submission.pk}/").content.decode()

    assert (page.count(english), page.count(own)) == (1, 1)
    assert f'<span lang="ja">{own}</span>' in page
    assert "<span>Please call us in English.</span>" in page


def test_status_delivered_twice_is_stored_once(submission):
    now = timezone.now()
    body = (
        f'{{"receipt_number": "{submission.receipt_number}", "version": 1, "state": "processing",'
        f' "stage": "arrived", "occurred_at": "{now.isoformat()}"}}'
    )
    delivery = Delivery(
        uuid4(), "status", submission.receipt_number, 1, body.encode(), now, now, "0" * 64
    )

    receive_status(delivery, now=now)
    receive_status(delivery, now=now)

    assert StatusMessage.objects.count() == 1


def test_late_status_is_kept_but_does_not_move_the_submission_back(submission):
    now = timezone.now()
    for sequence, stage in ((2, "verified"), (1, "arrived")):
        body = (
            f'{{"receipt_number": "{submission.receipt_number}", "state": "processing",'
            f' "stage": "{stage}", "occurred_at": "{now.isoformat()}"}}'
        )
        receive_status(
            Delivery(
                uuid4(),
                "status",
                submission.receipt_number,
                sequence,
                body.encode(),
                now,
                now,
                "0" * 64,
            ),
            now=now,
        )

    assert refreshed(submission).stage == "verified"
    assert StatusMessage.objects.count() == 2


def test_message_with_all_that_happened_at_once_is_stored_step_by_step(submission, office):
    entries = [
        {"state": "processing", "stage": stage, "occurred_at": timezone.now().isoformat()}
        for stage in ("arrived", "verified", "queued")
    ]
    body = {"receipt_number": submission.receipt_number, "version": 1, "statuses": entries}

    office.sends(submission.receipt_number, json.dumps(body).encode())

    stored = StatusMessage.objects.values_list("sequence", "place", "stage")
    assert list(stored) == [(1, 0, "arrived"), (1, 1, "verified"), (1, 2, "queued")]
    assert refreshed(submission).stage == "queued"
    steps = [step.state for step in timeline(refreshed(submission))]
    assert steps == ["done"] * 4 + ["current", "todo"]


def test_status_of_a_withdrawn_filing_is_refused_and_recorded(submission, office):
    office.reports(submission.receipt_number, "closed", "withdrawn")

    office.reports(submission.receipt_number, "processing", "in_review")

    refused = InboxMessage.objects.get(sequence=2)
    outcomes = Attempt.objects.filter(message_id=refused.pk).values_list("outcome", flat=True)
    assert (refused.state, refused.last_error) == ("needs_person", "case_withdrawn")
    assert list(outcomes) == ["case_withdrawn"]
    assert refreshed(submission).stage == "withdrawn"
    # Nobody checked or reviewed it: neither is told as done.
    told = [str(step.title) for step in timeline(refreshed(submission))]
    assert told == ["送信(受付番号の発行)", "連携", "到達", "取下げ"]
    assert StatusMessage.objects.count() == 1


def test_status_of_an_unknown_case_is_refused_and_recorded(submission, office):
    office.reports("2026-9999999-X", "processing", "arrived")

    row = InboxMessage.objects.get()
    assert (row.state, row.last_error) == ("needs_person", "unknown_receipt_number")
    assert not StatusMessage.objects.exists()


@pytest.mark.parametrize("statuses", [[], "arrived", [{"state": "processing"}] * 21, [1]])
def test_list_of_statuses_that_is_none_goes_to_a_person(submission, office, statuses):
    body = {"receipt_number": submission.receipt_number, "version": 1, "statuses": statuses}

    office.sends(submission.receipt_number, json.dumps(body).encode())

    assert InboxMessage.objects.get().last_error == "malformed_status"
    assert not StatusMessage.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'{"receipt_number": "2026-0000001-E", "state": "lost"}']
)
def test_status_that_is_none_goes_to_a_person(submission, office, body):
    office.sends(submission.receipt_number, body)

    assert InboxMessage.objects.get().state == "needs_person"
    assert not StatusMessage.objects.exists()


def test_status_of_another_case_in_the_envelope_goes_to_a_person(submission, office):
    office.reports(submission.receipt_number, "completed", "completed", receipt_number="2026-0-X")

    row = InboxMessage.objects.get()
    assert (row.state, row.last_error) == ("needs_person", "wrong_case_key")


@pytest.mark.parametrize(
    ("state", "stage", "told"),
    [
        ("processing", "queued", []),
        ("needs_correction", "correction_requested", ["needs_correction"]),
        ("completed", "completed", ["completed"]),
        ("closed", "rejected", ["closed"]),
        ("closed", "withdrawn", ["withdrawn"]),
        ("closed", "forwarded", ["forwarded"]),
        ("intake_error", "intake_error", ["intake_error"]),
    ],
)
def test_mail_is_ordered_when_the_resident_has_to_know(submission, office, state, stage, told):
    Notice.objects.all().delete()

    office.reports(submission.receipt_number, state, stage)

    assert [notice.kind for notice in Notice.objects.all()] == told


def test_mail_names_the_city_and_nothing_of_the_tax(submission, office, sato):
    office.reports(
        submission.receipt_number, "needs_correction", "correction_requested", "給与の金額"
    )
    mail.outbox.clear()

    notices.send_due(timezone.now())

    letter = mail.outbox[-1]
    assert letter.to == [sato.email]
    assert letter.subject.startswith("熊本市")
    secrets = (submission.receipt_number, "給与", "円", sato.face["name"], "3,200,000")
    assert [s for s in secrets if s in letter.subject + letter.body] == []
    assert "http://127.0.0.1:8000/filings/" in letter.body


def test_mail_is_sent_once(submission):
    mail.outbox.clear()
    now = timezone.now()

    sent = [notices.send_due(now), notices.send_due(now + timedelta(minutes=1))]

    assert sent == [1, 0]
    assert len(mail.outbox) == 1
