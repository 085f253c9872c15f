"""Evidence of verdicts: kept with the verdict, handed out by name, the same verdict comes out."""

import io
import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from config.management.commands.verify_filing import VOCABULARY
from exchange.models import OutboxMessage
from review.audit.models import AuditEvent
from review.cases.held import lists_in_use
from review.cases.models import Case
from review.cases.states import State
from review.evidence import stamping
from review.evidence.models import Evidence, Material
from review.evidence.services import bundle, forget_unused
from review.evidence.tasks import stamp_due
from review.staff.models import StaffMember
from signing.certificates import load
from signing.cli import verify_filing
from signing.demo_tsa import DemoTsa, TsaServer
from signing.evidence import der
from signing.timestamp import TimestampClient
from tests.review.story import NOW, PASSWORD, walk

REASON = "審査請求への回答"


def reproduced(data, folder, *arguments):
    """Run the offline command on a bundle; return exit code and answer."""
    path = folder / "evidence.zip"
    path.write_bytes(data)
    out = io.StringIO()
    code = verify_filing([str(path), "--json", *arguments], vocabulary=VOCABULARY, out=out)
    return code, json.loads(out.getvalue())


def test_verdict_is_given_again_from_the_bundle_alone(filed, pki, tmp_path):
    case = filed.queued()

    code, answer = reproduced(
        bundle(case.verdict_evidence), tmp_path, "--anchors", str(pki.anchors)
    )

    assert (code, answer["verdict"]) == (0, case.verdict) == (0, "TOTAL_PASSED")
    assert answer["evidence"]["reproduced"] is True
    assert answer["evidence"]["sha256"] == case.verdict_evidence.sha256


def test_audit_log_names_the_evidence_beside_the_verdict(filed):
    case = filed.queued()

    logged = AuditEvent.objects.get(detail__evidence=case.verdict_evidence.sha256)
    assert (logged.detail["verdict"], logged.subject) == ("TOTAL_PASSED", case.subject)


def test_refusal_is_given_again_too(filed, tmp_path):
    document = filed.document()
    xml = filed.signed(document).replace("くまもと商店".encode(), "くまもと書店".encode())

    case = filed.queued(document, xml=xml)

    code, answer = reproduced(bundle(case.verdict_evidence), tmp_path)
    assert (code, answer["reason"]) == (1, case.verdict_reason) == (1, "HASH_MISMATCH")
    assert answer["evidence"]["reproduced"] is True


def test_revoked_later_the_old_verdict_stands(filed, pki, cards, tmp_path):
    case = filed.queued()
    der = cards["sato"].certificate_der
    authority = pki.generations["demo-ca"]
    later = authority.crl(
        {load(der).serial_number: NOW + timedelta(days=3)},
        at=NOW + timedelta(days=4),
        until=NOW + timedelta(days=34),
    )
    (tmp_path / "later.crl").write_bytes(later)
    newer = ("--crl", str(tmp_path / "later.crl"), "--at")

    data = bundle(case.verdict_evidence)
    old = reproduced(data, tmp_path, *newer, NOW.isoformat())
    new = reproduced(data, tmp_path, *newer, (NOW + timedelta(days=5)).isoformat())

    assert (old[0], old[1]["evidence"]["reproduced"]) == (0, True)
    assert (new[0], new[1]["reason"]) == (1, "CERT_REVOKED")


def test_list_is_kept_once_for_many_verdicts(filed):
    filed.queued()
    filed.queued()

    assert Evidence.objects.count() == 2
    assert Material.objects.filter(kind="crl").count() == 1


def test_lists_on_which_nothing_rests_are_forgotten(filed):
    filed.queued()
    Material.objects.create(sha256="0" * 64, kind="crl", content=b"unused", kept_at=NOW)

    assert (forget_unused(), Material.objects.filter(pk="0" * 64).count()) == (1, 0)


def test_erased_case_takes_its_evidence_along(filed, staff):
    walk(filed.queued(), State.IMPORTED, staff)
    OutboxMessage.objects.update(confirmed_at=NOW, final_receipt="signed")

    call_command("purge", "--as-of", "2035-04-01", stdout=io.StringIO())
    forget_unused()

    assert (Case.objects.count(), Evidence.objects.count(), Material.objects.count()) == (0, 0, 0)


def test_list_in_the_zones_table_is_not_kept_twice(filed):
    filed.queued()

    kept = Material.objects.get(kind="crl")
    assert (bytes(kept.content), kept.sha256 in lists_in_use()) == (b"", True)


@pytest.mark.usefixtures("without_lists")
def test_nothing_is_kept_while_the_verdict_is_open(filed, settings, tmp_path):
    settings.CRLS_DIR = str(tmp_path)

    case = filed.queued()

    assert (case.verdict, Evidence.objects.count()) == ("INDETERMINATE", 0)


@pytest.fixture
def keeper(staff):
    """Nakamura, who may see 個人番号."""
    return StaffMember.objects.create_user(
        "K2001", PASSWORD, name="中村 修", department="市民税課", roles=["number"]
    )


def export(case, out, member, reason=REASON):
    arguments = ("--out", str(out), "--by", member.number, "--reason", reason)
    call_command("export_evidence", case, *arguments, stdout=io.StringIO())


def test_evidence_is_handed_out_by_a_named_person(filed, keeper, tmp_path):
    case = filed.queued()
    out = tmp_path / "out.zip"

    export(case.receipt_number, out, keeper)

    logged = AuditEvent.objects.get(action="evidence.exported")
    assert (logged.actor, logged.reason, logged.subject) == (keeper.number, REASON, case.subject)
    assert (out.read_bytes(), out.stat().st_mode & 0o777) == (bundle(case.verdict_evidence), 0o600)


def test_evidence_is_not_handed_out_without_the_right(filed, staff, tmp_path):
    case = filed.queued()

    with pytest.raises(CommandError) as refused:
        export(f"{case.receipt_number}:1", tmp_path / "out.zip", staff["ito"])

    assert (refused.value.returncode, (tmp_path / "out.zip").exists()) == (1, False)
    assert AuditEvent.objects.filter(action="evidence.exported").count() == 0


@pytest.mark.parametrize(
    ("case", "returncode"), [("2027-0000000-0", 1), ("2027-0000000-0:x", 2)], ids=["none", "bad"]
)
def test_case_that_is_not_there_is_refused(keeper, tmp_path, case, returncode):
    with pytest.raises(CommandError) as refused:
        export(case, tmp_path / "out.zip", keeper)

    assert refused.value.returncode == returncode


def test_existing_file_is_not_overwritten(filed, keeper, tmp_path):
    out = tmp_path / "out.zip"
    out.write_text("mine")

    with pytest.raises(CommandError):
        export(filed.queued().receipt_number, out, keeper)

    assert out.read_text() == "mine"


@pytest.fixture
def tsa(settings):
    settings.TSA_URL = "http://127.0.0.1:9/"
    return DemoTsa.create(at=NOW)


def asking(tsa, now):
    return TimestampClient(lambda sent: tsa.respond(sent, now=now), [tsa.root.certificate])


def test_evidence_gets_a_time_stamp_where_an_authority_is_configured(tsa, filed, tmp_path):
    case, at = filed.queued(), NOW + timedelta(minutes=3)

    count = stamping.stamp_due(asking(tsa, at), now=at)

    kept = Evidence.objects.get()
    _code, answer = reproduced(bundle(kept), tmp_path)
    stamp = answer["evidence"]["timestamp"]
    assert (count, kept.stamped_at, kept.stamp_due_at) == (1, at, None)
    assert (stamp["ok"], stamp["at"]) == (True, at.isoformat())
    assert AuditEvent.objects.get(action="evidence.stamped").subject == case.subject


def test_authority_that_is_away_is_asked_again_later(tsa, filed):
    filed.queued()
    at = NOW + timedelta(minutes=3)
    tsa.answer_with(status="waiting")

    first = stamping.stamp_due(asking(tsa, at), now=at)
    kept = Evidence.objects.get()
    tsa.answer_with(status="granted")
    too_early = stamping.stamp_due(asking(tsa, at), now=at + timedelta(seconds=30))
    in_time = at + timedelta(minutes=2)
    second = stamping.stamp_due(asking(tsa, in_time), now=in_time)

    assert (first, too_early, second) == (0, 0, 1)
    assert (kept.stamp_trouble, kept.stamp_due_at) == ("unavailable", at + timedelta(minutes=1))
    assert Evidence.objects.get().stamp_trouble == ""


def test_no_stamp_is_wanted_where_no_authority_is_configured(filed):
    filed.queued()

    assert stamping.stamp_due(asking(DemoTsa.create(at=NOW), NOW), now=NOW) == 0


def test_batch_asks_the_configured_authority_over_http(filed, settings, tmp_path):
    now = datetime.now(UTC)
    tsa = DemoTsa.create(at=now)
    (tmp_path / "root.der").write_bytes(der(tsa.root.certificate))
    settings.TSA_ANCHORS_DIR, settings.DEMO = str(tmp_path), True
    with TsaServer(tsa, now) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.TSA_URL = server.url
        filed.queued()
        Evidence.objects.update(stamp_due_at=now)

        count = stamp_due()
        server.shutdown()

    assert (count, Evidence.objects.get().stamp_trouble) == (1, "")
    stamping.configured_client.cache_clear()


def test_batch_asks_nobody_where_no_authority_is_configured(filed):
    filed.queued()

    assert stamp_due() == 0


def test_evidence_that_was_altered_in_the_database_is_not_handed_out(filed, keeper, tmp_path):
    case = filed.queued()
    kept = Evidence.objects.get()
    kept.report = kept.report.replace("TOTAL_PASSED", "TOTAL_FAILED")
    kept.save()

    with pytest.raises(CommandError, match="一致しません"):
        export(case.receipt_number, tmp_path / "out.zip", keeper)

    assert AuditEvent.objects.filter(action="evidence.exported").count() == 0


def test_bundle_of_another_document_is_not_packed(filed):
    filed.queued()
    second = filed.queued(replace(filed.document(), challenge="other1"))
    kept = Evidence.objects.exclude(case=second).get()
    kept.case = Case(original=second.original)

    with pytest.raises(LookupError):
        bundle(kept)
