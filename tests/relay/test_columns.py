"""Many rows changed by one statement: as Django would write them, and nothing cut off."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import DataError, transaction

from exchange.columns import write_rows
from exchange.models import InboxMessage

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 2, 1, tzinfo=UTC)
FIELDS = ["kind", "case_key", "sequence", "state", "sealed", "done_at", "last_error"]


def stored(count):
    rows = [
        InboxMessage(
            id=uuid4(),
            source="relay",
            destination="review",
            sealed=b"x",
            size=1,
            sha256="0" * 64,
            created_at=NOW,
            received_at=NOW,
            due_at=NOW,
        )
        for _ in range(count)
    ]
    return InboxMessage.objects.bulk_create(rows)


def kept(row):
    return InboxMessage.objects.values_list(*FIELDS).get(pk=row.pk)


def test_each_row_gets_its_own_values_and_no_other_row_any(django_assert_num_queries):
    first, second, other = stored(3)
    untouched = kept(other)
    for number, row in enumerate((first, second), start=1):
        row.kind, row.case_key, row.sequence = "status", f"2027-000000{number}-X", number
        row.state, row.sealed, row.done_at = "done", None, NOW
    second.last_error = 'it\'s {odd} \\ "quoted" %s'

    with django_assert_num_queries(1):
        write_rows([first, second], FIELDS)

    assert kept(first) == ("status", "2027-0000001-X", 1, "done", None, NOW, "")
    assert kept(second) == ("status", "2027-0000002-X", 2, "done", None, NOW, second.last_error)
    assert kept(other) == untouched


def test_value_that_is_too_long_is_refused_and_not_cut_off():
    (row,) = stored(1)
    row.kind = "k" * 21

    with pytest.raises(DataError), transaction.atomic():
        write_rows([row], ["kind"])


def test_no_rows_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        write_rows([], FIELDS)
