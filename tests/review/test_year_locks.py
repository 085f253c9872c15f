"""A year's key and a writer who has not committed: real threads, real connections."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event
from time import sleep

import pytest
from django.db import connection, connections, transaction

from review import year_keys, year_locks
from review.addressees.models import Addressee
from review.assessment.models import SourceDocument
from review.audit.services import record_by
from review.retention import erasing
from review.retention.models import Erasure, Run
from review.staff.actors import batch
from tests.review import city
from tests.review.story import NOW
from tests.review.test_at_once import committed, filing  # noqa: F401

CONTENT = {"payer": "試験株式会社"}


@pytest.fixture
def due(filing, settings, tmp_path):  # noqa: F811
    """A run of R1 of which nothing is left, with the year's key still there."""
    settings.YEAR_KEYS_DIR = str(tmp_path / "keys")
    with transaction.atomic():
        year_keys.encrypt(b"long gone", tax_year="R1", row="gone")
    run = Run.objects.create(
        number=1,
        as_of=date(2030, 4, 1),
        years=["R1"],
        digest="",
        proposed_by="K1001",
        proposed_at=NOW,
    )
    return run, Erasure.objects.create(
        number=1, run=run, procedure="resident-tax-return", as_of=run.as_of, made_at=NOW,
        made_by="K1001", counts={}, items=[], digest="",
    )  # fmt: skip


def waiting_for_the_key():
    """Tell whether a session waits for the lock on a year's key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND classid = %s",
            [year_locks.KEYS],
        )
        return cursor.fetchone()[0] == 1


def in_own_connection(work):
    try:
        return work()
    finally:
        connections.close_all()


def until(condition):
    for _try in range(600):
        if condition():
            return
        sleep(0.05)
    raise AssertionError("it never came to pass")


def write_document():
    """Seal a document of R1 and store it; committed by the caller."""
    record_by(batch("tests"), "test", reason="試験", now=NOW)
    SourceDocument.objects.create(
        tax_year="R1",
        addressee=Addressee.objects.get(number=city.NUMBERS["sato"]),
        kind="salary_report",
        source="late:1",
        content=CONTENT,
        received_at=NOW,
    )


def test_a_key_outlives_who_has_sealed_with_it_and_not_committed(due):
    sealed, commit = Event(), Event()

    def write():
        with transaction.atomic():
            write_document()
            sealed.set()
            commit.wait(30)

    with ThreadPoolExecutor(2) as pool:
        writer = pool.submit(in_own_connection, write)
        sealed.wait(30)
        destroyer = pool.submit(in_own_connection, lambda: erasing._destroy_keys(*due))
        until(waiting_for_the_key)
        assert not destroyer.done()
        commit.set()
        writer.result(), destroyer.result()

    assert SourceDocument.objects.get().content == CONTENT
    assert Erasure.objects.get().keys == []


def test_who_comes_while_a_key_is_destroyed_waits_and_seals_under_a_new_one(due):
    def write():
        with transaction.atomic():
            write_document()

    (old,) = year_keys.files("R1")
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        erasing._destroy_keys(*due)
        writer = pool.submit(in_own_connection, write)
        until(waiting_for_the_key)
        assert not writer.done()
        transaction.on_commit(lambda: writer.result(30))

    assert SourceDocument.objects.get().content == CONTENT
    (new,) = year_keys.files("R1")
    assert (Erasure.objects.get().keys, new.stem != old.stem) == ([old.stem], True)


def test_a_transaction_asks_once_for_a_year_and_again_after_a_savepoint(
    committed,  # noqa: F811
    django_assert_num_queries,
):
    with transaction.atomic():
        with django_assert_num_queries(2):
            for year in ("R1", "R2", "R1", "R2"):
                year_locks.share(year)
        with transaction.atomic():
            year_locks.share("R3")
            transaction.set_rollback(True)
        with django_assert_num_queries(1):
            year_locks.share("R3")


def test_nothing_is_sealed_outside_the_transaction_that_stores_it(committed):  # noqa: F811
    with pytest.raises(transaction.TransactionManagementError, match="R9"):
        year_keys.encrypt(b"a return", tax_year="R9", row="a")
    with pytest.raises(transaction.TransactionManagementError, match="R9"):
        year_keys.sealer("R9")
