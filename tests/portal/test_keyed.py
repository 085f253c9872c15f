"""Rows by their key: the same row as in the ordinary way, and nobody who may not be."""

from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from config.keyed import locked_row, row_by
from portal.models import Draft, Paper, Resident
from portal.papers.queries import open_papers
from tests.papers import samples

pytestmark = pytest.mark.django_db


def columns(row):
    return {field.attname: plain(getattr(row, field.attname)) for field in row._meta.fields}


def plain(value):
    return bytes(value) if isinstance(value, memoryview) else value


@pytest.mark.parametrize(
    ("model", "key"),
    [
        (Resident, ["id"]),
        (Draft, ["resident_id", "tax_year"]),
        (Session, ["session_key"]),
    ],
)
def test_row_is_the_one_that_the_orm_reads(sato, yamada, model, key):
    for person in (sato, yamada):
        person.signs_up().begins().reads_card()

    rows = model.objects.all()
    found = [row_by(model, **{name: getattr(row, name) for name in key}) for row in rows]

    assert [columns(row) for row in found] == [columns(row) for row in rows]
    assert len(found) == 2


def test_open_papers_come_without_their_bytes_the_oldest_first(
    sato, yamada, django_assert_num_queries
):
    for person in (sato, yamada):
        person.signs_up().begins().reads_card()
    for number in range(3):
        sato.attaches((f"{number}.pdf", samples.pdf(number + 1)))
    sent, *_ = Paper.objects.all()
    draft = Draft.objects.get(resident__asked_email=sato.email)

    with django_assert_num_queries(1):
        papers = open_papers(draft)
        names = [paper.name for paper in papers]

    assert names == [paper.name for paper in Paper.objects.filter(draft=draft)]
    with django_assert_num_queries(1):
        assert bytes(papers[0].sealed) == bytes(sent.sealed)


def test_row_that_is_not_there_is_none(sato):
    sato.signs_up()

    assert row_by(Draft, resident_id=Resident.objects.get().pk, tax_year="R9") is None


def test_row_that_was_read_can_be_changed_and_saved(sato):
    sato.signs_up()
    resident = row_by(Resident, id=Resident.objects.get().pk)

    resident.wants_reminders = True
    resident.save()

    assert model_to_dict(Resident.objects.get())["wants_reminders"] is True


def test_account_that_was_closed_is_logged_in_no_longer(sato):
    sato.signs_up().begins()
    Resident.objects.update(is_active=False)

    answer = sato.client.get("/return/R9/")

    assert answer.headers["Location"].startswith("/account/login/")


def test_row_is_locked_until_the_transaction_ends(sato):
    sato.signs_up().begins()
    draft = Draft.objects.get()

    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        assert locked_row(Draft, id=draft.pk) == draft
        with pytest.raises(ObjectDoesNotExist):
            locked_row(Draft, id=uuid4())

    assert [query["sql"].endswith("FOR UPDATE") for query in queries] == [True, True]


@pytest.mark.django_db(transaction=True)
def test_no_row_is_locked_outside_of_a_transaction():
    with pytest.raises(transaction.TransactionManagementError):
        locked_row(Draft, id=uuid4())
