"""Many filings in one transaction: each as if it had come alone, told in one message."""

from dataclasses import replace
from datetime import timedelta

from django.db import connection, transaction

from exchange.models import OutboxMessage
from exchange.together import together
from review.audit.chain import walk as walk_chain
from review.audit.models import AuditEvent
from review.cases import held, processing
from review.cases.intake import receive_submission
from review.cases.models import Case
from review.cases.states import State
from tests.review.story import NOW


def arrive_together(*deliveries):
    """Handle deliveries as the mailbox does with new ones: one transaction, one block."""
    held.look_for_lists(NOW)
    with transaction.atomic(), together():
        for delivery in deliveries:
            with transaction.atomic(), together():
                receive_submission(replace(delivery, first=True), now=NOW)


def test_filings_that_come_together_are_queued_together(filed):
    arrive_together(filed.delivery(), filed.delivery(filed.document(who="sato")))

    assert [case.state for case in Case.objects.all()] == [State.QUEUED] * 2
    assert {case.verdict for case in Case.objects.all()} == {"TOTAL_PASSED"}


def test_resident_is_told_all_that_happened_at_once_in_one_message(filed, told):
    delivery = filed.delivery()

    arrive_together(delivery)

    case = Case.objects.get()
    stages = [status["stage"] for status in told(case)]
    assert stages == ["arrived", "verified", "queued"]
    assert OutboxMessage.objects.filter(kind="status").count() == 1


def test_each_step_has_its_entry_in_the_chain_in_its_order(filed):
    arrive_together(filed.delivery(), filed.delivery())

    events = AuditEvent.objects.filter(action__startswith="case.")
    actions = list(events.values_list("action", flat=True))
    assert actions == ["case.received"] * 2 + ["case.state"] * 6
    assert walk_chain(AuditEvent.objects.all()).broken is None


def test_newer_version_in_the_same_batch_replaces_the_older_before_anybody_works_on_it(filed):
    first = filed.document()
    second = replace(first, version=2)
    old = filed.delivery(first)

    arrive_together(old, filed.delivery(second, receipt_number=old.case_key))

    states = dict(Case.objects.values_list("version", "state"))
    assert states == {1: State.SUPERSEDED, 2: State.QUEUED}


def test_filing_without_a_signature_stops_no_other(filed):
    unsigned = filed.delivery(xml=b"<broken/>")

    arrive_together(unsigned, filed.delivery())

    states = sorted(Case.objects.values_list("state", flat=True))
    assert states == [State.INTAKE_ERROR, State.QUEUED]


REFUSE = """
CREATE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'refused';
END $$;
CREATE TRIGGER refuse_one BEFORE UPDATE ON cases_case FOR EACH ROW
WHEN (NEW.receipt_number = '{}') EXECUTE FUNCTION refuse_one();
"""


def test_case_that_fails_takes_no_other_along_and_stays_due(filed, told):
    good, bad = filed.delivery(), filed.delivery(filed.document(who="sato"))
    with connection.cursor() as cursor:
        cursor.execute(REFUSE.format(bad.case_key))

    arrive_together(bad, good)

    states = dict(Case.objects.values_list("receipt_number", "state"))
    assert states == {good.case_key: State.QUEUED, bad.case_key: State.RECEIVED}
    waiting = Case.objects.get(receipt_number=bad.case_key)
    assert waiting.due_at == NOW
    assert [status["stage"] for status in told(waiting)] == ["arrived"]
    entries = AuditEvent.objects.filter(subject=waiting.subject)
    assert list(entries.values_list("action", flat=True)) == ["case.received"]
    assert walk_chain(AuditEvent.objects.all()).broken is None


def test_what_a_killed_worker_had_taken_is_due_again_each_case_alone(filed):
    cases = [filed.arrive() for _ in range(3)]
    later = NOW + timedelta(minutes=5)
    processing._claim(later, most=processing.BATCH_SIZE, attempts=0)

    at_once = processing.process_due_cases(now=later)
    afterwards = processing.process_due_cases(now=later + timedelta(minutes=1))

    assert (at_once, afterwards) == (0, len(cases))
    assert set(Case.objects.values_list("state", "attempts")) == {(State.QUEUED, 0)}


def test_case_that_is_taken_again_and_again_waits_longer_each_time(filed):
    case = filed.arrive()
    now, pauses = NOW + timedelta(minutes=5), []
    for tried in range(4):
        processing._claim(now, most=1, attempts=tried)
        case.refresh_from_db()
        pauses.append(case.due_at - now)
        now = case.due_at

    assert pauses == [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
