"""Files that leave: opened by their recipient alone, whole or not at all, by a simple command."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from signing import handover
from signing.errors import EnvelopeError
from signing.handover import open_file, recipient_key, seal_file
from signing.keys import generate_encryption_key, generate_signing_key

ROOT = Path(__file__).resolve().parents[2]
CITY = generate_signing_key("city-2027")
PRINTER, OTHER = generate_encryption_key("a"), generate_encryption_key("b")
SENDERS = {CITY.kid: CITY.public().pem}


def sealed(content=b"%PDF- notices", name="ordinary-R9-1.pdf.zip"):
    key = recipient_key(PRINTER.public().pem)
    return seal_file(content, name=name, recipient=key, sender=CITY)


def code_of(act):
    with pytest.raises(EnvelopeError) as caught:
        act()
    return caught.value.code


def test_its_recipient_opens_it_under_its_own_name():
    opened = open_file(sealed(), key=PRINTER.pem, senders=SENDERS)

    assert (opened.name, opened.content) == ("ordinary-R9-1.pdf.zip", b"%PDF- notices")
    assert b"notices" not in sealed()


def test_nobody_else_opens_it_and_no_other_sender_counts():
    stranger = generate_signing_key("city-2027").public().pem
    assert (
        code_of(lambda: open_file(sealed(), key=OTHER.pem, senders=SENDERS)) == "unknown_recipient"
    )
    other = {CITY.kid: stranger}
    assert code_of(lambda: open_file(sealed(), key=PRINTER.pem, senders=other)) == "bad_signature"


def test_a_large_file_goes_in_parts_that_cannot_be_moved_dropped_or_renamed(monkeypatch):
    monkeypatch.setattr(handover, "PART_BYTES", 1000)
    content = os.urandom(2500)
    whole = sealed(content)

    assert open_file(whole, key=PRINTER.pem, senders=SENDERS).content == content
    shorter = whole.replace(b'"parts": 3', b'"parts": 2', 1)
    assert code_of(lambda: open_file(shorter, key=PRINTER.pem, senders=SENDERS)) == "wrong_file"
    renamed = whole.replace(b"ordinary-R9-1", b"ordinary-R9-2", 1)
    assert code_of(lambda: open_file(renamed, key=PRINTER.pem, senders=SENDERS)) == "wrong_file"
    cut = whole[: len(whole) // 2]
    assert code_of(lambda: open_file(cut, key=PRINTER.pem, senders=SENDERS)) in (
        "truncated",
        "malformed",
    )
    longer = whole + b"x"
    assert code_of(lambda: open_file(longer, key=PRINTER.pem, senders=SENDERS)) == "malformed"
    for junk in (b"", b"PK\x03\x04", handover.MAGIC + b"{}\n", handover.MAGIC + b"[1]\n"):
        assert code_of(lambda junk=junk: open_file(junk, key=PRINTER.pem, senders=SENDERS)) == (
            "malformed"
        )


@pytest.mark.parametrize("pem", [b"", b"x", CITY.public().pem, PRINTER.pem])
def test_only_a_strong_rsa_public_key_is_taken(pem):
    with pytest.raises(ValueError):
        recipient_key(pem)


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "signing", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def test_contractor_makes_a_key_and_opens_a_file_by_command(tmp_path):
    made = json.loads(run("make-key", "--out", tmp_path).stdout)
    again = run("make-key", "--out", tmp_path)
    key = recipient_key((tmp_path / "handover-public.pem").read_bytes())
    assert (key.kid, again.returncode) == (made["fingerprint"], 2)
    assert (tmp_path / "handover-private.pem").stat().st_mode & 0o777 == 0o600
    content = b"x" * 300_000
    file, sender = tmp_path / "a.zip.sealed", tmp_path / "city-2027.pem"
    file.write_bytes(seal_file(content, name="../a.zip", recipient=key, sender=CITY))
    sender.write_bytes(CITY.public().pem)
    (out := tmp_path / "out").mkdir()
    how = ["--key", tmp_path / "handover-private.pem", "--sender", sender, "--out", out]

    opened = run("open-file", file, *how)
    file.write_bytes(file.read_bytes()[:-10] + b"0123456789")
    spoiled = run("open-file", file, *how)

    assert json.loads(opened.stdout)["sha256"] == hashlib.sha256(content).hexdigest()
    assert (out / "a.zip").read_bytes() == content
    assert spoiled.returncode == 1
    assert run("open-file", tmp_path / "none", *how).returncode == 2
