"""A database that came back (復旧): the next request gets a connection of its own."""

import pytest
from django.db import DatabaseError, connection, connections, transaction

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kept():
    """A connection that was used for a request and lies ready for the next one."""
    connection.ensure_connection()
    connection.health_check_enabled = True
    connection.health_check_done = False
    return connection.connection


def other_hand():
    """Return a second connection to the same server, as its keeper has one."""
    return connections.create_connection("default")


def test_connection_that_nobody_closed_is_used_again_without_being_asked(kept):
    assert connection.is_usable()
    connection.close_if_health_check_failed()

    assert connection.connection is kept


def test_connection_that_the_server_ended_is_replaced_before_it_is_used(kept):
    keeper = other_hand()
    with keeper.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [kept.info.backend_pid])
        assert cursor.fetchone() == (True,)
    keeper.close()

    assert not connection.is_usable()
    assert not connection.is_usable()
    connection.close_if_health_check_failed()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    assert connection.connection is not kept


def test_closed_connection_is_not_usable():
    connection.close()

    assert not connection.is_usable()


def test_connection_whose_transaction_has_failed_is_not_usable():
    with transaction.atomic():
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        assert not connection.is_usable()
        transaction.set_rollback(True)

    assert connection.is_usable()
