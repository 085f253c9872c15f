"""Mails that fail are tried again, not for ever; reminders come once and only where wanted."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from portal import notices
from portal.models import Event, Notice, Resident, Submission
from portal.services import reminders

pytestmark = pytest.mark.django_db
TWO_WEEKS_BEFORE = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)


BROKEN, WORKING = (
    "tests.portal.test_notices.BrokenBackend",
    "django.core.mail.backends.locmem.EmailBackend",
)


class BrokenBackend(BaseEmailBackend):
    """A mail server that hangs up."""

    def send_messages(self, messages):
        raise SMTPServerDisconnected


def _dies(*_args, **_options):
    raise KeyboardInterrupt


def wants_reminders(person):
    person.signs_up()
    Resident.objects.update(wants_reminders=True)
    mail.outbox.clear()
    return person


def test_failed_mail_is_tried_again_later(sato, settings):
    sato.is_ready_to_sign().files()
    settings.EMAIL_BACKEND = BROKEN
    now = timezone.now()

    notices.send_due(now)
    settings.EMAIL_BACKEND = WORKING
    sent = [notices.send_due(now), notices.send_due(now + timedelta(minutes=4))]

    assert sent == [0, 1]
    assert Notice.objects.get().attempts == 2


def test_mails_that_are_due_together_go_over_one_connection(sato, yamada, settings, tmp_path):
    for person in (sato, yamada):
        person.is_ready_to_sign().files()
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    # A file for each connection that was opened.
    settings.EMAIL_FILE_PATH = str(tmp_path)

    assert notices.send_due(timezone.now()) == 2

    (connection,) = tmp_path.iterdir()
    assert [line for line in connection.read_text().splitlines() if line.startswith("To: ")] == [
        f"To: {sato.email}",
        f"To: {yamada.email}",
    ]


def test_worker_killed_between_sending_and_mark_sends_once_more(sato, monkeypatch):
    """The try was noted before: the next worker waits its time, and then sends it again."""
    sato.is_ready_to_sign().files()
    mail.outbox.clear()
    now = timezone.now()
    with monkeypatch.context() as killed:
        killed.setattr(notices, "_end", _dies)
        with pytest.raises(KeyboardInterrupt):
            notices.send_due(now)

    sent = [notices.send_due(now + timedelta(minutes=minutes)) for minutes in (2, 4, 60)]

    assert sent == [0, 1, 0]
    assert len(mail.outbox) == 2


def test_failed_mail_is_given_up_after_the_last_try(sato, settings):
    sato.is_ready_to_sign().files()
    settings.EMAIL_BACKEND = BROKEN
    now = timezone.now()

    for hours in range(0, 200, 13):
        notices.send_due(now + timedelta(hours=hours))

    notice = Notice.objects.get()
    assert (notice.attempts, notice.due_at, notice.sent_at) == (9, None, None)
    assert Event.objects.filter(action="notice.given_up").count() == 1


def test_reminder_comes_once_to_who_asked_and_has_not_filed(sato, yamada):
    wants_reminders(sato)
    yamada.signs_up()
    mail.outbox.clear()

    ordered = [reminders.remind(now=TWO_WEEKS_BEFORE + timedelta(hours=h)) for h in range(3)]
    notices.send_due(TWO_WEEKS_BEFORE + timedelta(hours=4))

    assert ordered == [1, 0, 0]
    assert [letter.to for letter in mail.outbox] == [[sato.email]]
    assert mail.outbox[0].subject == "熊本市 住民税申告: 期限が近づきました"
    assert "円" not in mail.outbox[0].body


@pytest.mark.parametrize(("days", "ordered"), [(15, 0), (14, 1), (13, 1), (3, 1), (0, 1), (-1, 0)])
def test_reminder_keeps_to_its_days(sato, days, ordered):
    wants_reminders(sato)

    assert reminders.remind(now=datetime(2027, 3, 15, 1, tzinfo=UTC) - timedelta(days=days)) == (
        ordered
    )


def test_reminder_does_not_go_to_who_has_filed(sato):
    sato.is_ready_to_sign().files()
    Resident.objects.update(wants_reminders=True)

    assert reminders.remind(now=TWO_WEEKS_BEFORE) == 0


@pytest.mark.parametrize(
    ("state", "stage", "ordered"),
    [
        ("intake_error", "intake_error", 1),
        ("closed", "rejected", 1),
        ("closed", "withdrawn", 1),
        ("closed", "forwarded", 0),
        ("completed", "imported", 0),
    ],
)
def test_reminder_goes_to_who_filed_in_vain(sato, office, state, stage, ordered):
    pk = sato.is_ready_to_sign().files()
    office.reports(Submission.objects.get(pk=pk).receipt_number, state, stage)
    Resident.objects.update(wants_reminders=True)

    assert reminders.remind(now=TWO_WEEKS_BEFORE) == ordered


def test_reminder_goes_not_to_who_filed_again_after_filing_in_vain(sato, office):
    pk = sato.is_ready_to_sign().files()
    office.reports(Submission.objects.get(pk=pk).receipt_number, "intake_error", "intake_error")
    sato.client.post(f"/filings/{pk}/amend/")
    sato.reads_card().files()
    Resident.objects.update(wants_reminders=True)

    assert reminders.remind(now=TWO_WEEKS_BEFORE) == 0


@pytest.mark.parametrize(
    ("state", "stage", "title", "subject"),
    [
        (
            "intake_error",
            "intake_error",
            "受け付けられませんでした。もう一度申告してください",
            "受け付けられませんでした",
        ),
        ("closed", "rejected", "受け付けられませんでした", "受け付けられませんでした"),
        ("closed", "withdrawn", "取下げを受け付けました", "取下げを受け付けました"),
        ("closed", "forwarded", "ほかの市区町村へ回送しました", "ほかの市区町村へ回送しました"),
    ],
)
def test_end_of_a_filing_is_told_by_its_own_name(sato, office, state, stage, title, subject):
    pk = sato.is_ready_to_sign().files()
    notices.send_due(timezone.now())
    mail.outbox.clear()

    office.reports(Submission.objects.get(pk=pk).receipt_number, state, stage)
    notices.send_due(timezone.now() + timedelta(seconds=1))

    page = sato.client.get("/messages/").content.decode()
    assert [letter.subject for letter in mail.outbox] == [f"熊本市 住民税申告: {subject}"]
    assert f">{title}</h2>" in page
    assert ("このままでは、申告したことになりません" in page) == (stage == "intake_error")
    assert ("もう一度申告してください" in mail.outbox[0].body) == (stage == "intake_error")


def test_rate_limits_are_shared_by_all_processes(settings):
    cache.set("limit", 1, 60)

    assert "Database" in settings.CACHES["default"]["BACKEND"]
    assert cache.get("limit") == 1
