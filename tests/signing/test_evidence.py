"""Evidence: the same verdict comes out years later, and nothing altered passes for it."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization

from filing import FilingError
from filing.package import read_package, write_package
from signing import Policy, VerificationError, verify
from signing.cli import Vocabulary, verify_filing
from signing.demo_tsa import DemoTsa
from signing.evidence import (
    ANCHORS,
    CERTIFICATE,
    DOCUMENT,
    LISTS,
    REPORT,
    STAMP,
    STAMPERS,
    Circumstances,
    EvidenceError,
    canonical,
    der,
    describe,
    evidence_digest,
    listed,
    load,
    name_of,
    write_report,
)
from signing.reproduction import CheckedLater, Trust, reproduce
from signing.revocation import CrlSet
from signing.timestamp import TimestampClient
from tests.signing import forge

CHECKED = forge.AT + timedelta(hours=2)


def unpack(data):
    try:
        package = read_package(data)
    except FilingError as error:
        raise ValueError(error.message) from error
    return package.meta, package.files


def judged(xml, lists):
    """Return what a receiver records of a document: description and members."""
    policy, source = forge.policy(), CheckedLater(CrlSet(lists), CHECKED)
    members = {DOCUMENT: xml, CERTIFICATE: forge.card().der}
    members |= {name_of(LISTS, one): one for one in lists}
    members |= {name_of(ANCHORS, der(one)): der(one) for one in policy.anchors}
    try:
        found = verify(xml, policy=policy, at=forge.AT, revocation=source)
        members[CERTIFICATE] = found.certificate_der
        members[REPORT] = write_report("TOTAL_PASSED", "", "OK", listed(found.checks), found.report)
    except VerificationError as error:
        checks = listed(error.checks)
        members[REPORT] = write_report(
            error.verdict, error.sub_indication, error.reason, checks, {}
        )
    circumstances = Circumstances.of(policy, received_at=forge.AT, checked_at=CHECKED)
    subject = {"receipt_number": "2027-0012345-K", "version": 1}
    return describe(circumstances, expected={}, subject=subject), members


GOOD = judged(forge.genuine(), [forge.crl()])
LATER_LIST = forge.crl(
    revoked={77: forge.AT + timedelta(days=3)}, since=forge.AT + timedelta(days=4), days=30
)


def again(bundle=GOOD, **changes):
    return reproduce(load(*bundle), trust=changes.pop("trust", Trust()), **changes)


def test_same_verdict_comes_out_of_the_evidence():
    result = again()

    assert (result["verdict"], result["evidence"]["reproduced"]) == ("TOTAL_PASSED", True)


@pytest.mark.parametrize(
    ("xml", "lists", "reason"),
    [
        (forge.genuine().replace(b"100", b"999"), [forge.crl()], "HASH_MISMATCH"),
        (forge.genuine(), [], "REVOCATION_UNAVAILABLE"),
        (forge.genuine(), [forge.crl(revoked={77: forge.AT - timedelta(days=1)})], "CERT_REVOKED"),
    ],
    ids=["altered", "not checked", "revoked"],
)
def test_refusal_comes_out_again_too(xml, lists, reason):
    result = again(judged(xml, lists))

    assert (result["reason"], result["evidence"]["reproduced"]) == (reason, True)


def test_list_that_counted_under_the_grace_of_then_counts_again():
    old = forge.crl(since=forge.AT - timedelta(days=8))
    description, members = judged(forge.genuine(), [old])
    told = description["circumstances"] | {"grace_seconds": 2 * 86_400}

    result = again((description | {"circumstances": told}, members))

    assert result["verdict"] == "TOTAL_PASSED"
    assert again((description, members))["reason"] == "REVOCATION_STALE"


def test_certificate_revoked_later_does_not_change_the_old_verdict():
    result = again(trust=Trust(lists=[LATER_LIST]))

    assert (result["verdict"], result["evidence"]["reproduced"]) == ("TOTAL_PASSED", True)


def test_same_document_received_later_would_be_refused():
    result = again(trust=Trust(lists=[LATER_LIST]), at=forge.AT + timedelta(days=5))

    assert (result["reason"], result["evidence"]["reproduced"]) == ("CERT_REVOKED", None)


def test_readers_own_anchors_decide_where_they_are_given():
    own = forge.policy().anchors
    rogue = forge.authority("rogue").certificate

    assert again(trust=Trust(anchors=own))["evidence"]["anchors"] == "given"
    assert again(trust=Trust(anchors=[rogue]))["reason"] == "CHAIN_NOT_TRUSTED"


def test_other_recorded_verdict_is_noticed():
    description, members = GOOD
    recorded = json.loads(members[REPORT]) | {"verdict": "TOTAL_FAILED", "reason": "CERT_REVOKED"}

    result = again((description, members | {REPORT: canonical(recorded)}))

    assert (result["verdict"], result["evidence"]["reproduced"]) == ("TOTAL_PASSED", False)


def test_other_time_of_receipt_in_the_description_is_noticed():
    description, members = GOOD
    told = description["circumstances"]
    later = told | {"received_at": (forge.AT + timedelta(minutes=1)).isoformat()}

    result = again((description | {"circumstances": later}, members))

    assert result["evidence"]["reproduced"] is False


# By place: some are named by the digest of a key that is new in each process.
@pytest.mark.parametrize("place", range(len(GOOD[1])))
def test_every_altered_member_is_noticed(place):
    description, members = GOOD
    name = sorted(members)[place]
    altered = members | {name: members[name][:-1] + bytes([members[name][-1] ^ 1])}

    try:
        result = again((description, altered))
    except EvidenceError:
        return
    assert result["evidence"]["reproduced"] is False


# By place: some are named by the digest of a key that is new in each process.
@pytest.mark.parametrize("place", range(len(GOOD[1])))
def test_every_missing_member_is_noticed(place):
    description, members = GOOD
    name = sorted(members)[place]
    rest = {one: content for one, content in members.items() if one != name}

    try:
        result = again((description, rest))
    except EvidenceError:
        return
    assert result["evidence"]["reproduced"] is False


def stamped(tsa, bundle=GOOD):
    description, members = bundle
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    asking = TimestampClient(lambda sent: tsa.respond(sent, now=CHECKED), [tsa.root.certificate])
    stamp = asking.stamp(evidence_digest(description, digests), now=CHECKED)
    root = der(tsa.root.certificate)
    return description, members | {STAMP: stamp.der, name_of(STAMPERS, root): root}


def test_time_stamp_covers_description_and_members():
    tsa = DemoTsa.create(at=CHECKED)

    found = again(stamped(tsa), trust=Trust(stampers=[tsa.root.certificate]))

    assert found["evidence"]["timestamp"] == {
        "ok": True,
        "at": CHECKED.isoformat(),
        "policy": "1.2.392.200149.8.5.9.0.1",
        "anchors": "given",
    }


def test_time_stamp_over_another_description_is_noticed():
    description, members = stamped(DemoTsa.create(at=CHECKED))
    other = description | {"subject": {"receipt_number": "2027-0099999-X", "version": 1}}

    found = again((other, members))

    assert found["evidence"]["timestamp"] == {"ok": False, "problem": "wrong_imprint"}


def test_time_stamp_of_an_untrusted_authority_is_noticed():
    trusted, other = DemoTsa.create(at=CHECKED), DemoTsa.create(at=CHECKED)

    found = again(stamped(other), trust=Trust(stampers=[trusted.root.certificate]))

    assert found["evidence"]["timestamp"] == {"ok": False, "problem": "untrusted"}


@pytest.fixture
def folder(tmp_path):
    description, members = GOOD
    (tmp_path / "bundle.zip").write_bytes(write_package(members, description))
    (tmp_path / "later.crl").write_bytes(LATER_LIST)
    (tmp_path / "anchors").mkdir()
    pem = forge.authority("first").certificate.public_bytes(serialization.Encoding.PEM)
    (tmp_path / "anchors" / "ca.pem").write_bytes(pem)
    return tmp_path


VOCABULARY = Vocabulary(schema_of=lambda _xml: None, unpack=unpack)


def run(*argv, vocabulary=VOCABULARY):
    out, err = io.StringIO(), io.StringIO()
    code = verify_filing([str(one) for one in argv], vocabulary=vocabulary, out=out, err=err)
    return code, out.getvalue(), err.getvalue()


def test_command_reproduces_the_verdict_of_a_bundle(folder):
    code, out, err = run(
        folder / "bundle.zip", "--anchors", folder / "anchors", "--at", forge.AT, "--json"
    )

    result = json.loads(out)
    assert (code, result["reason"], err) == (0, "OK", "")
    assert (result["evidence"]["reproduced"], result["evidence"]["same_verifier"]) == (True, True)


def test_command_tells_in_plain_words_what_was_reproduced(folder):
    _code, out, _err = run(folder / "bundle.zip")

    assert {"  reproduced: True", "  anchors: bundle", "  timestamp: None"} <= set(out.splitlines())


def test_command_tells_the_old_verdict_and_the_new_one_apart(folder):
    arguments = (folder / "bundle.zip", "--crl", folder / "later.crl", "--json", "--at")

    old, new = (run(*arguments, at) for at in (forge.AT, forge.AT + timedelta(days=5)))

    assert (old[0], json.loads(old[1])["reason"]) == (0, "OK")
    assert (new[0], json.loads(new[1])["reason"]) == (1, "CERT_REVOKED")


def test_command_notices_an_altered_bundle(folder):
    data = (folder / "bundle.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read(DOCUMENT)
    altered = content.replace("花子".encode(), "花江".encode())
    (folder / "bundle.zip").write_bytes(data.replace(content, altered))

    code, out, _err = run(folder / "bundle.zip", "--json")

    assert (code, json.loads(out)["reason"]) == (1, "EVIDENCE_ALTERED")


def test_command_without_a_reader_of_bundles_says_so(folder):
    code, out, err = run(folder / "bundle.zip", "--schema", "none", vocabulary=None)

    assert (code, out, len(err.splitlines())) == (2, "", 1)


def test_package_that_is_no_evidence_is_refused(folder):
    (folder / "bundle.zip").write_bytes(write_package({"return.xml": b"<a/>"}, {}))

    code, out, _err = run(folder / "bundle.zip", "--json")

    assert (code, json.loads(out)["reason"]) == (1, "EVIDENCE_ALTERED")


def test_policy_of_then_counts_and_not_the_readers():
    description, members = GOOD
    strict = Policy(forge.policy().anchors, "1.2.3")
    told = Circumstances.of(strict, received_at=forge.AT, checked_at=CHECKED)

    result = again((description | {"circumstances": told.dump()}, members))

    assert result["reason"] == "POLICY_MISMATCH"
