"""Erasure: not on the last day, on the day after; never what is still needed."""

import json
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from exchange.models import OutboxMessage
from review.assessment.models import Assessment, MergedBasis, SourceDocument
from review.audit.models import AuditEvent
from review.cases.models import Case, Original
from review.cases.states import State
from review.retention.models import Erasure, Hold
from review.retention.periods import Period, load_periods
from review.sources.models import Arrival, ArrivalPart, Entry, RowError
from review.taxfiles.models import ImportFault, ResultFile
from tests.review.source_files import file_of, salary_row, take_in
from tests.review.story import NOW, walk

LAST_DAY, DAY_AFTER = "2035-03-31", "2035-04-01"


def purge(as_of, *arguments):
    out = StringIO()
    call_command("purge", "--as-of", as_of, "--json", *arguments, stdout=out)
    answer = json.loads(out.getvalue())
    return {entry["procedure"]: entry for entry in answer["procedures"]}


def deliver_everything():
    OutboxMessage.objects.update(confirmed_at=NOW, final_receipt="signed")


@pytest.fixture
def imported(filed, staff):
    case = walk(filed.queued(), State.IMPORTED, staff)
    deliver_everything()
    return case


@pytest.mark.req("RET-01")
def test_nothing_goes_on_the_last_day(imported):
    answer = purge(LAST_DAY)

    assert answer["resident-tax-return"]["counts"] == {"cases": 0, "originals": 0}
    assert sum(answer["assessment"]["counts"].values()) == 0
    assert Case.objects.count() == 1


@pytest.mark.req("RET-01")
@pytest.mark.req("RET-02")
def test_everything_goes_on_the_day_after_and_a_certificate_stays(imported):
    answer = purge(DAY_AFTER)

    for model in (Case, Original, SourceDocument, MergedBasis, Assessment):
        assert model.objects.count() == 0
    entry = answer["resident-tax-return"]
    certificate = Erasure.objects.get(pk=entry["certificate"])
    assert entry["counts"] == certificate.counts == {"cases": 1, "originals": 1}
    assert certificate.items == [f"{imported.receipt_number}:1"]
    logged = AuditEvent.objects.filter(action="retention.erased")
    assert {event.actor for event in logged} == {"batch:purge"}


def test_file_goes_with_its_rows_and_its_original(town):
    take_in(file_of(salary_row(), pension_of_nobody(), salary_row("kato", c14="")))
    purge(LAST_DAY)
    assert (Arrival.objects.count(), Entry.objects.count(), RowError.objects.count()) == (1, 2, 1)

    purge(DAY_AFTER)

    for model in (Arrival, ArrivalPart, Entry, RowError, SourceDocument):
        assert model.objects.count() == 0


def test_row_of_a_file_that_stays_for_another_only_forgets_its_document(town):
    take_in(file_of(salary_row("sato"), salary_row("kato")))
    kept = {"addressee_number": town["kato"].number, "kind": "appeal", "reason": "審査請求"}
    hold = Hold.objects.create(set_by="K1", set_at=NOW, **kept)

    purge(DAY_AFTER)

    left = SourceDocument.objects.get()
    assert left.addressee == town["kato"]
    rows = Entry.objects.order_by("line").values_list("addressee__name", "document")
    assert list(rows) == [(town["sato"].name, None), (town["kato"].name, left.pk)]
    assert ArrivalPart.objects.exists()

    Hold.objects.filter(pk=hold.pk).update(ended_by="K2", ended_at=NOW)
    purge(DAY_AFTER)

    for model in (Arrival, ArrivalPart, Entry, SourceDocument):
        assert model.objects.count() == 0


def test_fault_of_a_case_that_stays_only_forgets_the_file_that_told_it(imported):
    """A file of results ends after ten years; a case that is held keeps what was wrong with it."""
    result = ResultFile.objects.create(name="k-1.csv", sha256="0" * 64, at=NOW, by="K1")
    given = {"code": "E10", "item": "住所", "found_at": NOW}
    ImportFault.objects.create(case=imported, result=result, **given)
    held = {"receipt_number": imported.receipt_number, "kind": "litigation", "reason": "行ウ1"}
    Hold.objects.create(set_by="K1", set_at=NOW, **held)

    purge("2037-02-02")

    faults = ImportFault.objects.values_list("case", "code", "result")
    assert (ResultFile.objects.count(), list(faults)) == (0, [(imported.pk, "E10", None)])


def pension_of_nobody():
    return salary_row("kato", c14="山本 誰", c137="ヤマモト ダレ", c95="100000000005")


def test_dry_run_says_the_same_and_erases_nothing(imported):
    answer = purge(DAY_AFTER, "--dry-run")

    assert answer["resident-tax-return"]["counts"] == {"cases": 1, "originals": 1}
    assert (Case.objects.count(), Erasure.objects.count()) == (1, 0)


def test_case_under_review_is_kept_and_named(filed, staff):
    case = walk(filed.queued(), State.IN_REVIEW, staff)
    deliver_everything()

    answer = purge(DAY_AFTER)

    assert answer["resident-tax-return"]["refused"] == [
        {"receipt_number": case.receipt_number, "why": "処理中: 審査中"}
    ]
    assert Case.objects.count() == 1


def test_case_whose_status_has_not_arrived_is_kept(filed, staff):
    case = walk(filed.queued(), State.REJECTED, staff)

    answer = purge(DAY_AFTER)

    assert answer["resident-tax-return"]["refused"] == [
        {"receipt_number": case.receipt_number, "why": "申告した人への通知が届いていません"}
    ]


def test_case_on_hold_is_kept_until_the_hold_is_lifted(imported):
    Case.objects.update(hold="審査請求中")
    assert purge(DAY_AFTER)["resident-tax-return"]["refused"][0]["why"] == "保留中: 審査請求中"

    Case.objects.update(hold="")
    assert purge(DAY_AFTER)["resident-tax-return"]["counts"]["cases"] == 1


@pytest.mark.req("RET-03")
def test_of_two_procedures_with_different_periods_only_the_due_one_goes(imported, monkeypatch):
    periods = load_periods() | {"assessment": Period("assessment", "賦課", 10)}
    monkeypatch.setattr("review.retention.planning.load_periods", lambda: periods)

    purge(DAY_AFTER)

    assert (Case.objects.count(), SourceDocument.objects.count()) == (0, 1)


def test_chain_of_versions_stays_together(filed, staff):
    document = filed.document()
    first = filed.queued(document)
    second = filed.queued(replace(document, version=2))
    deliver_everything()

    answer = purge(DAY_AFTER)

    kept = {entry["receipt_number"] for entry in answer["resident-tax-return"]["refused"]}
    assert kept == {first.receipt_number, second.receipt_number}


def test_period_counts_from_31_march_that_ends_the_tax_year():
    period = Period("x", "x", 7)

    assert not period.is_over("R9", date(2035, 3, 31))
    assert period.is_over("R9", date(2035, 4, 1))


def test_malformed_day_is_bad_input(db):
    with pytest.raises(CommandError) as caught:
        call_command("purge", "--as-of", "soon")

    assert caught.value.returncode == 2
