"""Files that leave (引渡しファイル): sealed for one recipient, signed by the city, whole.

One way for every file with personal data: the envelopes of signing.stream, in parts of at most
32 MiB, each bound to the hand-over's id, the file's name and its place among the parts:

    filing-handover/1
    {"id": …, "name": …, "parts": n, "recipient": fingerprint of the key}
    <length of the part><newline><the part>  n times

The recipient opens it with `python -m signing open-file`; see docs/handover.md.
"""

import hashlib
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from signing.errors import EnvelopeError
from signing.keys import ENVELOPE_KEY_BITS, PrivateKey, PublicKey, private_key, public_key
from signing.stream import open_stream, seal_stream

MAGIC = b"filing-handover/1\n"
ENDING = ".sealed"
PART_BYTES = 32 * 1024 * 1024
MAX_PARTS = 512
MAX_LINE = 2_000


@dataclass(frozen=True)
class Opened:
    """What a hand-over held: the file's own name, and its content."""

    name: str
    content: bytes


def recipient_key(pem: bytes) -> PublicKey:
    """Return a recipient's key under its fingerprint; ValueError where it is not fit for it."""
    key = public_key(pem)
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("not an RSA public key")
    if key.key_size < ENVELOPE_KEY_BITS:
        raise ValueError(f"an RSA key of less than {ENVELOPE_KEY_BITS} bits")
    return PublicKey(fingerprint(key), _spki(key, serialization.Encoding.PEM))


def fingerprint(key: rsa.RSAPublicKey) -> str:
    """Return the SHA-256 of a public key's own bytes (SubjectPublicKeyInfo), in hex."""
    return hashlib.sha256(_spki(key, serialization.Encoding.DER)).hexdigest()


def seal_file(content: bytes, *, name: str, recipient: PublicKey, sender: PrivateKey) -> bytes:
    """Seal a file for one recipient; nobody else opens it, and it shows who sealed it."""
    parts, id = max(1, math.ceil(len(content) / PART_BYTES)), uuid4().hex
    about = {"id": id, "name": name, "parts": parts, "recipient": recipient.kid}
    out = [MAGIC, json.dumps(about, ensure_ascii=True).encode(), b"\n"]
    for number in range(parts):
        sealed = io.BytesIO()
        seal_stream(
            io.BytesIO(content[number * PART_BYTES : (number + 1) * PART_BYTES]),
            sealed,
            recipient=recipient,
            sender=sender,
            message_id=id,
            file_id=_place(name, number, parts),
        )
        out += [str(sealed.tell()).encode(), b"\n", sealed.getvalue()]
    return b"".join(out)


def open_file(sealed: bytes, *, key: bytes, senders: Mapping[str, bytes]) -> Opened:
    """Return what was sealed for the holder of a private key; EnvelopeError(code) otherwise."""
    source = io.BytesIO(sealed)
    if source.read(len(MAGIC)) != MAGIC:
        raise EnvelopeError("malformed")
    id, name, parts = _read_header(source)
    held = private_key(key).public_key()
    if not isinstance(held, rsa.RSAPublicKey):
        raise EnvelopeError("unknown_recipient")
    target = io.BytesIO()
    for number in range(parts):
        part = io.BytesIO(source.read(_length(source)))
        open_stream(
            part,
            target,
            recipients={fingerprint(held): key},
            senders=senders,
            message_id=id,
            file_id=_place(name, number, parts),
        )
    if source.read(1):
        raise EnvelopeError("malformed")
    return Opened(name, target.getvalue())


def _read_header(source: io.BytesIO) -> tuple[str, str, int]:
    try:
        about = json.loads(source.readline(MAX_LINE))
        id, name, parts = about["id"], about["name"], about["parts"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise EnvelopeError("malformed") from error
    named = isinstance(id, str) and id.isalnum() and isinstance(name, str)
    if not named or type(parts) is not int or not 1 <= parts <= MAX_PARTS:
        raise EnvelopeError("malformed")
    return id, name, parts


def _length(source: io.BytesIO) -> int:
    line = source.readline(20)
    if not line.endswith(b"\n") or not line[:-1].isdigit():
        raise EnvelopeError("truncated" if not line else "malformed")
    return int(line)


def _place(name: str, number: int, parts: int) -> str:
    return f"{name}\n{number + 1}/{parts}"


def _spki(key: rsa.RSAPublicKey, encoding: serialization.Encoding) -> bytes:
    return key.public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)
