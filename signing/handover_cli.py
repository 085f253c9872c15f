"""`python -m signing make-key` and `open-file`: what a recipient of the city's files needs.

Exit codes: 0 done, 1 the file does not open, 2 bad input (one clear line on standard error).
"""

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from signing.errors import EnvelopeError
from signing.handover import open_file, recipient_key
from signing.keys import PublicKey, generate_encryption_key

DONE, NEGATIVE, BAD_INPUT = 0, 1, 2
PRIVATE, PUBLIC = "handover-private.pem", "handover-public.pem"


def make_key(argv: Sequence[str]) -> int:
    """Make a recipient's pair of keys in a folder, and print the fingerprint of the public one."""
    parser = argparse.ArgumentParser(prog="python -m signing make-key")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    folder: Path = parser.parse_args(argv).out
    if not folder.is_dir() or (folder / PRIVATE).exists():
        sys.stderr.write(f"{folder}: no folder, or it holds a key already\n")
        return BAD_INPUT
    public = write_pair(folder)
    sys.stdout.write(json.dumps({"public": str(folder / PUBLIC), "fingerprint": public.kid}) + "\n")
    return DONE


def write_pair(folder: Path) -> PublicKey:
    """Make a pair of keys in a folder that has none; return the public one by its fingerprint."""
    key = generate_encryption_key("handover")
    write = os.open(folder / PRIVATE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(write, "wb") as out:
        out.write(key.pem)
    public = recipient_key(key.public().pem)
    (folder / PUBLIC).write_bytes(public.pem)
    return public


def open_command(argv: Sequence[str]) -> int:
    """Open a sealed file into a folder under its own name; print name, bytes and SHA-256.

    The sender's key keeps the file name under which the city gave it: that is its key id.
    """
    parser = argparse.ArgumentParser(prog="python -m signing open-file")
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", type=Path, required=True, help="your private key")
    parser.add_argument("--sender", type=Path, required=True, help="the city's public key")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    given = parser.parse_args(argv)
    try:
        senders = {given.sender.stem: given.sender.read_bytes()}
        opened = open_file(given.file.read_bytes(), key=given.key.read_bytes(), senders=senders)
        # The name is signed by the city, and yet no file may land outside the folder.
        target = given.out / Path(opened.name).name
        target.write_bytes(opened.content)
    except EnvelopeError as error:
        sys.stderr.write(f"{given.file} does not open: {error}\n")
        return NEGATIVE
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return BAD_INPUT
    digest = hashlib.sha256(opened.content).hexdigest()
    told = {"file": str(target), "bytes": len(opened.content), "sha256": digest}
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    return DONE
