"""The application's own database role: enough for the work, and nothing with which to hide it."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from config import rights
from exchange.models import OutboxMessage
from review.audit.models import AuditEvent
from review.cases.models import Original
from review.cases.states import State
from review.retention.models import Erasure
from tests.review import story
from tests.review.story import NOW

ROLE = "review_app"


@pytest.fixture
def as_application(db):
    """Go on as the role that the application has in production; the test's end undoes it."""
    granted = rights.grant(ROLE)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
    return granted


def refused(statement):
    """Return what the database says to a statement."""
    with (
        pytest.raises(ProgrammingError) as caught,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    return str(caught.value)


@pytest.mark.req("LOG-04")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET actor = 'K9999'",
        "DELETE FROM audit_auditevent",
        "TRUNCATE audit_auditevent",
    ],
)
def test_application_can_only_add_to_the_log(filed, as_application, statement):
    filed.queued()

    assert "permission denied for table audit_auditevent" in refused(statement)


@pytest.mark.req("LOG-04")
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE audit_auditevent DISABLE TRIGGER audit_no_change",
        "DROP TRIGGER case_change_audited ON cases_case",
        "ALTER TABLE cases_case DROP CONSTRAINT case_confirmed_by_another",
        "DROP TABLE audit_auditevent",
    ],
)
def test_application_cannot_lift_what_watches_it(as_application, statement):
    assert "must be owner" in refused(statement)


@pytest.mark.req("SHK-08")
def test_application_cannot_change_an_original(filed, as_application):
    filed.arrive()

    assert "permission denied for table cases_original" in refused(
        "UPDATE cases_original SET sha256 = 'x'"
    )
    assert Original.objects.count() == 1


def test_rights_are_enough_for_a_case_from_arrival_to_the_end(filed, staff, as_application):
    case = story.walk(filed.queued(), State.IMPORTED, staff, now=NOW + timedelta(hours=1))

    assert case.state == State.IMPORTED
    assert AuditEvent.objects.filter(subject=case.subject).exists()


def test_rights_are_enough_for_the_pages(filed, staff, as_application):
    case = filed.queued()
    client = story.signed_in(staff["suzuki"])

    assert client.get("/cases/").status_code == 200
    assert client.get(f"/cases/{case.pk}/").status_code == 200
    assert Session.objects.count() == 1


def test_rights_are_enough_for_an_erasure(filed, staff, as_application):
    story.walk(filed.queued(), State.IMPORTED, staff)
    OutboxMessage.objects.update(confirmed_at=NOW, final_receipt="signed")
    call_command("purge", "--as-of", "2040-04-01", "--json")

    assert Original.objects.count() == 0
    assert Erasure.objects.exists()


@pytest.mark.req("LOG-04")
def test_beginning_of_the_log_goes_by_the_owners_function_under_a_certificate_only(
    filed, staff, as_application
):
    case = story.walk(filed.queued(), State.IMPORTED, staff)
    OutboxMessage.objects.update(confirmed_at=NOW, final_receipt="signed")
    first = AuditEvent.objects.earliest("position").position
    assert "append-only" in refused(f"SELECT audit_erase_beginning({first})")

    call_command("purge", "--as-of", "2060-04-01", "--json")

    assert AuditEvent.objects.earliest("position").position > first
    assert not AuditEvent.objects.filter(subject=case.subject).exists()


def test_every_table_is_granted_and_few_are_restricted(as_application):
    restricted = {
        table: right for table, right in as_application.items() if right != rights.ORDINARY
    }

    assert restricted == {
        "audit_auditevent": "SELECT, INSERT",
        "cases_original": "SELECT, INSERT, DELETE",
        "cases_originalbody": "SELECT, INSERT, DELETE",
        "django_migrations": "SELECT",
    }
    assert set(connection.introspection.table_names()) == set(as_application)


def test_application_does_not_grant_itself(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (me,) = cursor.fetchone()

    with pytest.raises(CommandError, match="owner"):
        call_command("grant_rights", "--to", me)
