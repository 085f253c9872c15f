"""Every table of the public zone has an end or a reason, and what is only a trace goes daily."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from config import tables
from portal.models import Event, Notice, Resident
from portal.services import retention

pytestmark = pytest.mark.django_db


def test_every_table_is_decided_and_nothing_else_is():
    assert tables.undecided() == []
    assert tables.unknown() == []


def test_ended_sessions_old_mails_and_old_events_go_on_their_day(sato):
    sato.signs_up().begins()
    now = timezone.now()
    Session.objects.create(session_key="ended", session_data="", expire_date=now)
    mail = Notice.objects.create(
        resident=Resident.objects.get(), kind="reminder", once="R9:14", created_at=now
    )
    Event.objects.update(at=datetime(2028, 2, 28, 3, tzinfo=UTC))

    def purged(day):
        return retention.purge(day, dry_run=False, now=now + timedelta(seconds=1))

    kept = purged(timezone.localdate(mail.created_at) + timedelta(days=400))
    gone = purged(timezone.localdate(mail.created_at) + timedelta(days=401))
    assert (kept.sessions, kept.mails, gone.mails) == (1, 0, 1)

    last_day = retention.purge(datetime(2035, 2, 28).date(), dry_run=True, now=now)
    after = retention.purge(datetime(2035, 3, 1).date(), dry_run=True, now=now)
    assert (last_day.events, after.events > 0) == (0, True)
