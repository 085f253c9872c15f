"""Without revocation data a case is held, and goes on by itself once the list has arrived."""

import shutil
from datetime import timedelta

import pytest

from review.cases.models import Case
from review.cases.processing import process_due_cases
from review.cases.states import State
from signing.demo import DemoPki
from signing.reasons import REVOKED
from tests.review.story import NOW, signed_in

MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.usefixtures("without_lists")


@pytest.fixture
def folder(settings, tmp_path):
    """An empty folder of lists: nothing has come yet."""
    settings.CRLS_DIR = str(tmp_path / "arrived")
    (tmp_path / "arrived").mkdir()
    return tmp_path / "arrived"


@pytest.fixture
def publish(pki, folder, tmp_path):
    """Let the authority publish its lists into the folder, with some certificates revoked."""
    copy = DemoPki.load(shutil.copytree(pki.directory, tmp_path / "pki"))
    copy.crls = folder

    def publish(*revoked, at, revoked_at=None):
        for certificate in revoked:
            copy.revoke(certificate, revoked_at)
        copy.publish_crl(at)

    return publish


def looked_at(case, at):
    process_due_cases(now=at)
    return Case.objects.get(pk=case.pk)


@pytest.mark.req("SIG-02")
def test_held_case_goes_on_as_soon_as_the_list_arrives(filed, publish):
    case = filed.queued()
    publish(at=NOW + 3 * MINUTE)

    # Its next try by the clock would come later: the list wakes it.
    assert case.due_at == NOW + 3 * MINUTE
    held = looked_at(case, NOW + 2.5 * MINUTE)

    assert (case.state, case.verdict) == (State.VERIFYING, "INDETERMINATE")
    assert (held.state, held.verdict, held.trouble) == (State.QUEUED, "TOTAL_PASSED", "")


@pytest.mark.req("SIG-02")
def test_held_case_of_a_revoked_certificate_is_refused_with_the_way_on(filed, cards, publish, told):
    case = filed.queued()
    publish(cards["sato"].certificate_der, at=NOW + 3 * MINUTE, revoked_at=NOW - MINUTE)

    refused = looked_at(case, NOW + 4 * MINUTE)

    last = told(refused)[-1]
    assert (refused.state, refused.verdict_reason) == (State.INTAKE_ERROR, "CERT_REVOKED")
    assert (last["state"], last["message"].splitlines()[-1]) == ("intake_error", REVOKED)
    assert "引っ越し" in last["message"]
    assert "区役所" in last["message"]


def test_revocation_after_the_receipt_does_not_count(filed, cards, publish):
    case = filed.queued()
    publish(cards["sato"].certificate_der, at=NOW + 5 * MINUTE, revoked_at=NOW + MINUTE)

    assert looked_at(case, NOW + 6 * MINUTE).state == State.QUEUED


def test_held_case_is_never_decided_by_waiting_alone(filed, folder):
    case = filed.queued()

    at, pauses = NOW + 2 * MINUTE, []
    for _ in range(8):
        at, before = case.due_at, at
        pauses.append((at - before) // MINUTE)
        case = looked_at(case, at)

    assert pauses == [1, 1 * 5, 15, 60, 180, 360, 360, 360]
    assert (case.state, case.verdict) == (State.VERIFYING, "INDETERMINATE")
    assert case.verdict_reason == "REVOCATION_UNAVAILABLE"


def test_stale_list_holds_and_the_next_one_lets_go(filed, publish):
    publish(at=NOW - timedelta(days=60))
    case = filed.queued()

    publish(at=NOW + 2 * MINUTE)
    released = looked_at(case, NOW + 3 * MINUTE)

    assert (case.verdict_reason, released.state) == ("REVOCATION_STALE", State.QUEUED)


def test_grace_of_the_settings_lets_a_stale_list_count(filed, publish, settings):
    settings.REVOCATION_GRACE_MINUTES = 60 * 24 * 40
    publish(at=NOW - timedelta(days=60))

    assert filed.queued().state == State.QUEUED


def test_rogue_list_does_not_release_a_case(filed, folder, tmp_path):
    rogue = DemoPki.create(tmp_path / "rogue", at=NOW - timedelta(days=1))
    shutil.copytree(rogue.crls, folder, dirs_exist_ok=True)

    case = filed.queued()

    assert (case.state, case.verdict) == (State.VERIFYING, "INDETERMINATE")


def test_unreadable_folder_stops_no_case(filed, settings, tmp_path):
    (tmp_path / "a.crl").mkdir()
    settings.CRLS_DIR = str(tmp_path)

    assert filed.queued().verdict == "INDETERMINATE"


def test_staff_see_that_a_case_is_held_and_why(filed, staff, folder):
    case = filed.queued()

    page = signed_in(staff["suzuki"]).get(f"/cases/{case.pk}/").content.decode()

    assert "失効情報を待っています(保留)" in page
