"""訂正 and 取消, and that what counts follows from the rows, never from the order of the files."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review.assessment.models import SourceDocument
from review.sealed_fields import opened
from review.sources.models import Arrival, Entry
from tests.review.source_files import file_of, salary_row, take_in

DAY = date(2027, 1, 20)


def counting():
    """Return what counts: whose, and how much was paid."""
    found = SourceDocument.objects.filter(replaced_by__isnull=True, voided_at__isnull=True)
    return sorted(
        (number, content["revenue"])
        for number, content in opened(found, "addressee__number", "content")
    )


def sato(revenue, division="0", **items):
    return salary_row("sato", c10=division, c17=str(revenue), **items)


def test_correction_replaces_and_the_earlier_stays(town):
    take_in(file_of(sato(3_000_000)))
    take_in(file_of(sato(3_100_000, "2")), received_on=DAY + timedelta(days=5))

    earlier = SourceDocument.objects.get(replaced_by__isnull=False)
    assert counting() == [("100000001", 3_100_000)]
    assert earlier.content["revenue"] == 3_000_000
    assert earlier.replaced_by.content["revenue"] == 3_100_000


def test_cancellation_voids_and_is_kept(town):
    take_in(file_of(sato(3_000_000)))
    take_in(file_of(sato(3_000_000, "3")), received_on=DAY + timedelta(days=5))

    assert counting() == []
    assert SourceDocument.objects.get().voided_at is not None
    assert Entry.objects.count() == 2


def test_cancelled_and_sent_anew_on_the_same_day_counts_with_the_new_amount(town):
    take_in(file_of(sato(3_000_000)))
    again = file_of(sato(3_000_000, "3"), sato(2_900_000))
    take_in(again, received_on=DAY + timedelta(days=5))

    assert counting() == [("100000001", 2_900_000)]


def test_same_report_sent_again_after_its_cancellation_counts(town):
    take_in(file_of(sato(3_000_000)))
    take_in(file_of(sato(3_000_000, "3")), received_on=DAY + timedelta(days=5))
    take_in(file_of(sato(3_000_000), sato(1, c138="other")), received_on=DAY + timedelta(days=9))

    assert (("100000001", 3_000_000)) in counting()


def test_second_job_at_the_same_payer_is_added(town):
    take_in(file_of(sato(3_000_000), sato(800_000, "1")))

    assert counting() == [("100000001", 800_000), ("100000001", 3_000_000)]


def test_correction_of_another_payer_touches_nothing(town):
    take_in(file_of(sato(3_000_000)))
    other = sato(500_000, "2", c5="東町商会", c140="0055555")
    take_in(file_of(other), received_on=DAY + timedelta(days=5))

    assert counting() == [("100000001", 500_000), ("100000001", 3_000_000)]


AMOUNTS = st.sampled_from([1_000_000, 2_000_000, 3_000_000])
DIVISIONS = st.sampled_from(["0", "1", "2", "3"])
DAYS = st.integers(min_value=0, max_value=3)


class _Undo(Exception):
    pass


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(st.tuples(DAYS, AMOUNTS, DIVISIONS), min_size=1, max_size=7),
    seed=st.integers(min_value=0, max_value=999),
)
def test_shuffled_split_and_repeated_files_end_alike(town, rows, seed):
    """The same rows, received on the same days: in one file a day, or one by one in any order."""
    whole = [(day, [row for row in rows if row[0] == day]) for day in range(4)]
    single = [(row[0], [row]) for row in rows] * 2
    random.Random(seed).shuffle(single)

    assert _end_of(whole) == _end_of(single)


def _end_of(files):
    """Import files of rows and return what counts; all of it is undone afterwards."""
    try:
        with transaction.atomic():
            for place, (day, rows) in enumerate(files):
                if rows:
                    cells = [sato(amount, division) for _day, amount, division in rows]
                    # A column that is dropped makes each file another one.
                    filler = sato(1, c138="filler", c86=str(place))
                    take_in(file_of(*cells, filler), received_on=DAY + timedelta(days=day))
            found = [entry for entry in counting() if entry[1] != 1]
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            raise _Undo
    except _Undo:
        return found


@pytest.mark.parametrize("kind", ["cp932", "utf-8"])
def test_whole_file_again_under_another_name_changes_nothing(town, kind):
    content = file_of(sato(3_000_000), encoding=kind)
    take_in(content, name="a.csv")
    take_in(content, name="b.csv")

    assert (Arrival.objects.count(), counting()) == (1, [("100000001", 3_000_000)])
