"""Import of reports: good rows linked and counted, bad rows listed, again changes nothing."""

import pytest
from django.db import DatabaseError, transaction

from review.assessment.models import SourceDocument
from review.audit.models import AuditEvent
from review.sealed_fields import opened
from review.sources import receiving
from review.sources.importing import import_arrival
from review.sources.models import Arrival, ArrivalPart, Entry, RowError
from tests.review.source_files import (
    file_of,
    one_stop_row,
    pension_row,
    receive,
    salary_row,
    take_in,
)
from tests.review.story import NOW, SYSTEM


def documents():
    found = SourceDocument.objects.order_by("kind", "addressee__number", "source")
    return [(d.kind, d.addressee.number, d.content["payer"], d.link_method) for d in found]


def errors():
    return list(RowError.objects.order_by("id").values_list("line", "column", "code"))


@pytest.mark.req("REC-01")
@pytest.mark.req("REC-04")
def test_reports_of_known_people_are_linked_by_their_number(town):
    arrival = take_in(file_of(salary_row("sato"), salary_row("kato", c5="東町商会")))

    assert (arrival.state, arrival.counts["rows"], arrival.counts["linked"]) == ("imported", 2, 2)
    assert documents() == [
        ("salary_report", "100000001", "株式会社くまもと商店", "number"),
        ("salary_report", "100000002", "東町商会", "number"),
    ]
    content = SourceDocument.objects.get(addressee=town["sato"]).content
    assert (content["revenue"], content["social_insurance"]) == (3_200_000, 480_000)
    assert content["payer_number"] == "7123456789012"
    assert "123456789018" not in str(content)


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
def test_file_is_read_in_either_encoding(town, encoding):
    take_in(file_of(salary_row(), encoding=encoding))

    assert SourceDocument.objects.get().content["payer"] == "株式会社くまもと商店"


@pytest.mark.req("REC-04")
def test_bad_rows_are_listed_with_row_item_and_code_and_the_good_are_kept(town):
    rows = [
        salary_row("sato"),
        salary_row("kato", c14=""),
        salary_row("kato", c17="3,2"[:1] + "x"),
        salary_row("kato", c17="12345678901"),
        salary_row("kato", c95="123456789019"),
        [*salary_row("kato"), "", ""],
        salary_row("kato", c47="31", c46="2"),
        salary_row("kato", c11="07"),
        salary_row("kato", c139="401307"),
    ]
    arrival = take_in(file_of(*rows))

    assert errors() == [
        (2, 14, "E0001"),
        (3, 17, "E0002"),
        (4, 17, "E0003"),
        (5, 95, "E0004"),
        (6, 0, "E0003"),
        (7, 0, "E0004"),
        (8, 0, "E0004"),
        (9, 0, "E0004"),
    ]
    counts = arrival.counts
    assert (counts["rows"], counts["good"], counts["bad"]) == (9, 1, 8)
    assert [entry[1] for entry in documents()] == ["100000001"]
    assert "123456789019" not in str(list(RowError.objects.values()))


@pytest.mark.req("ASM-18")
def test_row_of_148_columns_is_refused_by_its_width(town):
    take_in(file_of([*salary_row(), ""]))

    message = RowError.objects.get().message
    assert message.startswith("項目の数が148です。この様式は147項目です。")


def test_same_file_twice_is_one_arrival(town):
    content = file_of(salary_row())
    first = take_in(content)
    second, new = receive(content)

    assert (second.pk, new) == (first.pk, False)
    assert import_arrival(first, by=SYSTEM, now=NOW).counts == first.counts
    assert (Arrival.objects.count(), SourceDocument.objects.count()) == (1, 1)


def test_same_row_in_another_file_is_the_same_document(town):
    take_in(file_of(salary_row()))
    arrival = take_in(file_of(salary_row(), salary_row("kato")))

    assert arrival.counts["repeated"] == 1
    assert [entry[1] for entry in documents()] == ["100000001", "100000002"]


@pytest.mark.req("ASM-18")
def test_unneeded_columns_are_dropped_and_counted(town):
    arrival = take_in(file_of(salary_row(c86="住宅手当を含む", c15="課長"), salary_row(c15="係長")))

    assert arrival.dropped == {"15": 2, "86": 1, "147": 2}
    assert "住宅手当" not in str(list(opened(SourceDocument.objects.all(), "content")))


def test_pension_report_sums_its_kinds_and_one_stop_names_the_town(town):
    take_in(file_of(pension_row(c19="100000", c21="1000")), "pension_report")
    take_in(file_of(one_stop_row()), "one_stop")

    pension = SourceDocument.objects.get(kind="pension_report").content
    assert (pension["revenue"], pension["withheld_tax"]) == (1_900_000, 21_000)
    notice = SourceDocument.objects.get(kind="one_stop").content
    assert notice == {"municipality_code": "131016", "payer": "千代田区", "donated": 30_000}


def test_count_slip_that_differs_refuses_the_file_whole(town):
    slip = receiving.Slip(rows=3, total=None)
    arrival = take_in(file_of(salary_row(), salary_row("kato")), slip=slip)

    assert arrival.state == Arrival.State.REFUSED
    assert arrival.trouble == "件数票は3件、ファイルは2件です。"
    assert (Entry.objects.count(), SourceDocument.objects.count()) == (0, 0)


def test_original_is_kept_sealed_and_comes_back_as_it_was(town):
    content = file_of(*[salary_row(c5="長い名前の会社" * 20)] * 4_000)
    arrival = take_in(content)

    from review.sources.storage import open_original

    with open_original(arrival) as file:
        assert file.read() == content
    pieces = ArrivalPart.objects.filter(arrival=arrival)
    assert pieces.count() > 1
    assert not any(b"123456789018" in bytes(part.sealed) for part in pieces)


def test_original_cannot_be_changed_or_removed(town):
    arrival = take_in(file_of(salary_row()))
    parts = ArrivalPart.objects.filter(arrival=arrival)

    for change in (lambda: parts.update(sealed=b"x"), parts.delete):
        with pytest.raises(DatabaseError, match="kept as received"), transaction.atomic():
            change()


def test_import_is_written_down_with_its_totals(town):
    take_in(file_of(salary_row()))

    event = AuditEvent.objects.get(action="source.imported")
    assert (event.detail["rows"], event.detail["amount"]) == (1, 3_200_000)


def test_file_given_up_before_its_import_is_erased(town):
    arrival, _new = receive(file_of(salary_row()))
    receiving.drop(arrival, by=SYSTEM, now=NOW)

    assert (ArrivalPart.objects.count(), Entry.objects.count()) == (0, 0)
    assert import_arrival(arrival, by=SYSTEM, now=NOW).state == Arrival.State.DROPPED
