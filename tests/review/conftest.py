"""The cast, a city in small, and a demo authority for the whole run."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client

from review.cases import verification
from review.cases.held import look_for_lists
from review.retention import erasing, runs
from review.revocation.models import Arrival, RevocationList, RevokedCertificate
from signing.demo import DemoPki
from tests.clamd import clamd, scanner
from tests.review import city, story
from tests.review.giving import decided, link_dir, reader, time_machine_at
from tests.review.mail import MailKeys

__all__ = ["clamd", "decided", "link_dir", "reader", "scanner", "time_machine_at"]


@pytest.fixture(scope="session")
def pki(tmp_path_factory, django_db_setup, django_db_blocker) -> DemoPki:
    """A demo authority, whose revocation lists came before the stories begin."""
    directory: Path = tmp_path_factory.mktemp("pki")
    made = DemoPki.create(directory, at=datetime(2027, 1, 1, tzinfo=UTC))
    made.publish_crl(story.NOW - timedelta(days=1))
    settings.ANCHORS_DIR = str(made.anchors)
    settings.CRLS_DIR = str(made.crls)
    settings.CERTIFICATE_POLICY = "1.2.392.200149.8.5.1.0.20"
    with django_db_blocker.unblock():
        look_for_lists(now=story.NOW)
        # The log of every story begins with its own first entry.
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER USER")
            cursor.execute("TRUNCATE audit_auditevent")
            cursor.execute("ALTER TABLE audit_auditevent ENABLE TRIGGER USER")
    return made


@pytest.fixture(scope="session", autouse=True)
def mail_keys(tmp_path_factory) -> MailKeys:
    """This zone's keys and the portal's, so that a test can open what the portal would get."""
    return MailKeys.write(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def without_lists(pki, db):
    """Forget the revocation lists: in this story none has come yet."""
    for kept in (RevokedCertificate, RevocationList, Arrival):
        kept.objects.all().delete()


@pytest.fixture(scope="session")
def cards(pki):
    """The demo cards of the residents, made once: their keys cost time."""
    return city.issue_cards(pki)


@pytest.fixture(autouse=True)
def fresh_caches():
    """Forget the policy and the revocation lists that the last test used."""
    yield
    verification.policy.cache_clear()
    verification.revocation.cache_clear()


@pytest.fixture
def town(db, pki, cards):
    """The register: Sato, her husband's household and a neighbour, with Sato's card linked."""
    return city.populate(cards)


@pytest.fixture
def staff(db):
    """Suzuki reviews, Tanaka confirms, Ito checks the log, Mori is the administrator."""
    return story.hire()


@pytest.fixture
def at_story_time():
    """Let the clock stand at the story's moment; returns what moves it. Name it before `staff`."""
    with time_machine.travel(story.NOW, tick=False) as clock:
        yield clock.move_to


@pytest.fixture
def filed(town, cards):
    """File a return for Sato through the mailbox's handler."""
    return story.Filing(cards)


@pytest.fixture
def told(mail_keys):
    """Return what the resident of a case has been told so far, in order."""
    return mail_keys.told


@pytest.fixture
def sign_in(staff):
    """Return a client of a member of staff who passed both steps and gave a reason."""

    def open_client(name: str, *, reason: bool = True) -> Client:
        return story.signed_in(staff[name], reason=reason)

    return open_client


@pytest.fixture
def erase(staff, settings):
    """List, approve and carry out what is due on a day; the clock stands at that day."""
    settings.RETENTION_WAITING_DAYS = 7

    def carried_out(as_of):
        now = datetime(as_of.year, as_of.month, as_of.day, 3, tzinfo=UTC)
        run = runs.propose(as_of, by=story.actor(staff["suzuki"]), now=now)
        run = runs.approve(run, by=story.actor(staff["tanaka"]), now=now)
        return erasing.carry_out(run, by=story.SYSTEM, now=now + timedelta(days=8))

    return carried_out
