"""From the mailbox to the queue: stored untouched, once; verified; matched; checked."""

import hashlib
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from exchange.errors import Refused
from review.audit.models import AuditEvent
from review.cases.intake import receive_submission
from review.cases.models import Case, Original
from review.cases.processing import process_due_cases
from review.cases.states import State
from signing.demo import DemoPki
from tests.review.story import NOW, sato_answers


def test_return_arrives_is_verified_matched_and_queued(filed):
    case = filed.queued()

    assert case.state == State.QUEUED
    assert (case.verdict, case.verdict_reason) == ("TOTAL_PASSED", "OK")
    assert (case.match_method, case.addressee.number) == ("certificate", "100000001")
    assert case.checks == []
    assert case.forward is False


@pytest.mark.req("SHK-08")
def test_original_is_kept_byte_for_byte_and_sealed(filed):
    delivery = filed.delivery()
    receive_submission(delivery, now=NOW)

    original = Original.objects.get()
    assert original.package_bytes() == delivery.body
    assert original.sha256 == hashlib.sha256(delivery.body).hexdigest()
    assert b"123456789018" not in bytes(original.sealed)


@pytest.mark.req("SHK-08")
@pytest.mark.parametrize(
    "change",
    [
        lambda: Original.objects.update(sha256="0" * 64),
        lambda: Original.objects.all()._raw_delete("default"),
    ],
)
def test_database_refuses_to_change_an_original(filed, change):
    case = filed.arrive()

    with pytest.raises(DatabaseError), transaction.atomic():
        change()

    assert Original.objects.get().sha256 == case.original.sha256


def test_same_delivery_twice_is_one_case(filed):
    delivery = filed.delivery()

    receive_submission(delivery, now=NOW)
    receive_submission(delivery, now=NOW + timedelta(minutes=5))

    assert Case.objects.count() == Original.objects.count() == 1


def test_taken_receipt_number_with_other_content_is_refused(filed):
    first = filed.delivery()
    receive_submission(first, now=NOW)
    second = filed.delivery(receipt_number=first.case_key)

    with pytest.raises(Refused, match="receipt_number_taken"):
        receive_submission(second, now=NOW)


@pytest.mark.parametrize(
    ("meta", "code"),
    [
        ({"procedure": "weather"}, "unknown_procedure"),
        ({"version": 0}, "malformed_metadata"),
        ({"filing_id": "1"}, "malformed_metadata"),
        ({"submitted_at": "2027-02-01T12:00:00"}, "malformed_metadata"),
    ],
)
def test_package_that_says_what_cannot_be_is_refused_and_leaves_nothing(filed, meta, code):
    with pytest.raises(Refused, match=code):
        receive_submission(filed.delivery(**meta), now=NOW)

    assert (Case.objects.count(), Original.objects.count()) == (0, 0)


def test_package_in_the_envelope_of_another_case_is_refused(filed):
    swapped = replace(filed.delivery(), case_key="2026-0000009-X")

    with pytest.raises(Refused, match="wrong_case_key"):
        receive_submission(swapped, now=NOW)

    assert Case.objects.count() == 0


def test_package_with_a_changed_byte_is_refused(filed):
    delivery = filed.delivery()
    broken = replace(delivery, body=delivery.body.replace(b"3200000", b"1200000"))

    with pytest.raises(Refused, match="malformed_package"):
        receive_submission(broken, now=NOW)

    assert Case.objects.count() == 0


@pytest.mark.req("SIG-02")
def test_altered_return_never_reaches_review(filed):
    document = filed.document()
    xml = filed.signed(document).replace(b"3200000", b"1200000")

    case = filed.queued(document, xml=xml)

    assert case.state == State.INTAKE_ERROR
    assert (case.verdict, case.verdict_reason) == ("TOTAL_FAILED", "HASH_MISMATCH")


@pytest.mark.req("SIG-04")
def test_return_signed_with_somebody_elses_card_is_refused(filed):
    document = filed.document("sato")
    xml = filed.signed(document, "kato")

    case = filed.queued(document, xml=xml)

    assert (case.state, case.verdict_reason) == (State.INTAKE_ERROR, "SUBJECT_MISMATCH")


@pytest.mark.req("SIG-02")
def test_revoked_certificate_is_refused_with_its_own_reason(filed, pki, cards, settings, tmp_path):
    copy = DemoPki.load(shutil.copytree(pki.directory, tmp_path / "pki"))
    copy.revoke(cards["sato"].certificate_der, NOW - timedelta(hours=1))
    copy.publish_crl(NOW)
    settings.CRLS_DIR = str(copy.crls)

    case = filed.queued()

    assert (case.state, case.verdict_reason) == (State.INTAKE_ERROR, "CERT_REVOKED")


@pytest.mark.req("SIG-03")
@pytest.mark.usefixtures("without_lists")
def test_without_revocation_data_the_case_is_held_and_tried_again(filed, settings, tmp_path):
    settings.CRLS_DIR = str(tmp_path)

    case = filed.queued()

    assert (case.state, case.verdict) == (State.VERIFYING, "INDETERMINATE")
    assert case.due_at > NOW
    assert AuditEvent.objects.filter(subject=case.subject, action="case.held").count() == 1


@pytest.mark.req("REC-02")
def test_unknown_card_is_matched_by_number(filed):
    case = filed.queued(filed.document("kato"), who="kato")

    assert (case.match_method, case.addressee.number) == ("number", "100000002")


@pytest.mark.req("REC-02")
def test_unknown_number_gives_candidates_and_waits_for_a_person(filed, town):
    kato = town["kato"]
    kato.take_number("100000000005")
    kato.save()
    case = filed.queued(filed.document("kato"), who="kato")

    assert (case.state, case.addressee, case.due_at) == (State.MATCHING, None, None)
    assert [entry["number"] for entry in case.candidates] == ["100000002"]
    assert case.candidates[0]["agrees"] == ["name", "kana", "birth_date", "sex", "address"]


@pytest.mark.req("SHK-09")
def test_address_of_1_january_elsewhere_is_flagged(filed):
    case = filed.queued(filed.document(address_jan1="福岡県福岡市博多区1番"))

    assert (case.state, case.forward) == (State.QUEUED, True)


def test_moved_address_is_a_warning_only(filed, town):
    town["sato"].address = "熊本県熊本市南区富合町1番"
    town["sato"].save()

    case = filed.queued()

    assert case.state == State.QUEUED
    assert [(c["rule"], c["level"]) for c in case.checks] == [("address_differs", "warning")]


def test_findings_of_the_form_are_stored_beside_the_case(filed):
    answers = sato_answers(life={"new_general": 60_000}, spouse=None, collection="salary")
    answers["medical"] = {"method": "medical", "reimbursed": 10_000}

    case = filed.queued(filed.document(answers=answers))

    assert case.state == State.QUEUED
    assert {check["field"] for check in case.checks} == {"answers.medical.paid"}


@pytest.mark.req("SHK-04")
def test_second_version_supersedes_the_first(filed):
    document = filed.document()
    first = filed.queued(document)

    second = filed.queued(replace(document, version=2), at=NOW + timedelta(days=1))

    first.refresh_from_db()
    assert (first.state, second.state) == (State.SUPERSEDED, State.QUEUED)
    assert second.previous == first


def test_versions_that_arrive_in_the_wrong_order_end_the_same_way(filed):
    document = filed.document()
    second = filed.queued(replace(document, version=2))

    first = filed.queued(document)

    second.refresh_from_db()
    assert (first.state, second.state) == (State.SUPERSEDED, State.QUEUED)


@pytest.mark.req("SHK-02")
def test_resident_hears_of_every_step_in_order(filed, told):
    case = filed.queued()

    assert [entry["stage"] for entry in told(case)] == ["arrived", "verified", "queued"]
    assert {entry["state"] for entry in told(case)} == {"processing"}


def test_processing_again_changes_nothing(filed):
    case = filed.queued()
    before = AuditEvent.objects.count()

    assert process_due_cases(now=NOW + timedelta(days=1)) == 0
    case.refresh_from_db()
    assert (case.state, AuditEvent.objects.count()) == (State.QUEUED, before)
