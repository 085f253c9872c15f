"""verify_filing and make_cards as libraries: output, exit codes, one line on bad input."""

import io
import json

import pytest
from cryptography.hazmat.primitives import serialization

from signing.cli import make_cards, verify_filing
from signing.demo import POLICY_OID, DemoPki, open_card
from signing.policy import DemoAnchorError, Policy
from tests.signing import forge

COMMON = ["--policy-oid", POLICY_OID, "--schema", "none", "--json", "--at", forge.AT.isoformat()]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "anchors").mkdir()
    pem = forge.authority().certificate.public_bytes(serialization.Encoding.PEM)
    (tmp_path / "anchors" / "ca.pem").write_bytes(pem)
    (tmp_path / "good.xml").write_bytes(forge.genuine())
    (tmp_path / "bad.xml").write_bytes(forge.genuine().replace(b"100", b"999"))
    (tmp_path / "list.crl").write_bytes(forge.crl())
    return tmp_path


def run(*argv):
    out, err = io.StringIO(), io.StringIO()
    code = verify_filing([str(one) for one in argv], out=out, err=err)
    return code, out.getvalue(), err.getvalue()


def test_genuine_document_passes_with_exit_0(folder):
    code, out, err = run(
        folder / "good.xml", "--anchors", folder / "anchors", "--crl", folder / "list.crl", *COMMON
    )

    result = json.loads(out)
    assert (code, result["verdict"], result["reason"], err) == (0, "TOTAL_PASSED", "OK", "")
    assert [check["ok"] for check in result["checks"]] == [True] * 6


def test_altered_document_fails_with_exit_1(folder):
    code, out, _err = run(
        folder / "bad.xml", "--anchors", folder / "anchors", "--crl", folder / "list.crl", *COMMON
    )

    assert (code, json.loads(out)["reason"]) == (1, "HASH_MISMATCH")


def test_same_verdict_is_reproduced_from_the_kept_evidence(folder):
    arguments = (folder / "good.xml", "--anchors", folder / "anchors", "--crl", folder / "list.crl")

    assert run(*arguments, *COMMON) == run(*arguments, *COMMON)


def test_missing_file_is_bad_input_in_one_line(folder):
    code, out, err = run(folder / "none.xml", "--anchors", folder / "anchors", *COMMON)

    assert (code, out, len(err.splitlines())) == (2, "", 1)


def test_batch_answers_each_line_in_order(folder):
    sources = {"anchors": [str(folder / "anchors")], "crls": [str(folder / "list.crl")]}
    entries = [{"file": str(folder / name), **sources} for name in ("good.xml", "bad.xml")]
    batch = folder / "batch.jsonl"
    batch.write_text("\n".join(json.dumps(entry) for entry in entries))

    code, out, _err = run("--batch", batch, *COMMON)

    reasons = [json.loads(line)["reason"] for line in out.splitlines()]
    assert (code, reasons) == (1, ["OK", "HASH_MISMATCH"])


def test_demo_anchor_is_refused_where_demos_are_off(folder):
    with pytest.raises(DemoAnchorError):
        Policy.from_directory(folder / "anchors", policy_oid=POLICY_OID, allow_demo=False)


def test_make_cards_writes_cards_that_open(tmp_path):
    code = make_cards(3, tmp_path, at=forge.AT)

    entries = [json.loads(line) for line in (tmp_path / "cards.jsonl").read_text().splitlines()]
    opened = [open_card(entry["card"], entry["signing_pin"]) for entry in entries]
    assert (code, len({one.certificate_der for one in opened})) == (0, 3)


def test_generations_share_one_name_and_differ_in_key(tmp_path):
    pki = DemoPki.create(tmp_path, at=forge.AT)

    certificates = [one.certificate for one in pki.generations.values()]
    assert len({one.subject for one in certificates}) == 1
    assert (
        len(
            {
                one.public_key().public_bytes(
                    serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
                )
                for one in certificates
            }
        )
        == 3
    )
