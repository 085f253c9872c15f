"""Envelopes for large bodies (添付書類を含む電子申請データ): sealed and opened piece by piece.

A JOSE library holds a body in memory several times over. Here only a small header is JOSE, the
same envelope as any other message (signing.jose): it carries a fresh content key and the digest
of the encrypted pieces. The pieces follow as lines of text, so that the whole stays ASCII:

    filing-stream/1
    <envelope of the header, padded with spaces to a fixed width>
    <number of the piece, 8 hex digits><base64 of its AES-256-GCM ciphertext>
    …

Each piece has a nonce of its own (random prefix, counter, mark of the last piece: the STREAM
construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015), so that none can be left out,
doubled or moved even by somebody who could make the digest fit. The numbers only name an error.
"""

import base64
import hashlib
import io
import json
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from signing.errors import EnvelopeError
from signing.jose import open_sealed, seal
from signing.keys import PrivateKey, PublicKey

MAGIC = b"filing-stream/1\n"
HEADER_WIDTH = 8_192
CHUNK_BYTES = 256 * 1024
TAG_BYTES, NUMBER_WIDTH, PREFIX_BYTES, KEY_BYTES = 16, 8, 7, 32
# The largest package that filing/ writes, its manifest and the mailbox's own line.
MAX_BODY_BYTES = 42 * 1024 * 1024
# From this size on a body is sealed as a stream; smaller ones stay one JOSE token.
LARGE_BODY_BYTES = 256 * 1024


@dataclass(frozen=True)
class _Header:
    """What opens the pieces. It travels encrypted to the recipient, signed by the sender."""

    file_id: str
    size: int
    key: str
    prefix: str
    sha256: str

    def dump(self) -> bytes:
        return json.dumps(asdict(self), sort_keys=True).encode()

    @classmethod
    def load(cls, data: bytes) -> "_Header":
        """Read a header that a known sender signed; EnvelopeError where it is of another make."""
        try:
            header = cls(**json.loads(data))
            key, prefix = bytes.fromhex(header.key), bytes.fromhex(header.prefix)
        except (ValueError, TypeError, RecursionError) as error:
            raise EnvelopeError("malformed") from error
        if (len(key), len(prefix)) != (KEY_BYTES, PREFIX_BYTES) or type(header.size) is not int:
            raise EnvelopeError("malformed")
        if not 0 <= header.size <= MAX_BODY_BYTES:
            raise EnvelopeError("too_large")
        return header


class _Pieces:
    """The cipher of one stream: piece by number, each bound to message and file."""

    def __init__(self, header: _Header, message_id: str) -> None:
        self._cipher = AESGCM(bytes.fromhex(header.key))
        self._prefix = bytes.fromhex(header.prefix)
        self._bound_to = f"{message_id}\n{header.file_id}".encode()
        self.count = _count(header.size)

    def encrypt(self, number: int, plain: bytes) -> bytes:
        return self._cipher.encrypt(self._nonce(number), plain, self._bound_to)

    def decrypt(self, number: int, sealed: bytes) -> bytes:
        return self._cipher.decrypt(self._nonce(number), sealed, self._bound_to)

    def _nonce(self, number: int) -> bytes:
        last = number == self.count - 1
        return self._prefix + number.to_bytes(4, "big") + bytes((last,))


def seal_stream(
    source: BinaryIO,
    target: BinaryIO,
    *,
    recipient: PublicKey,
    sender: PrivateKey,
    message_id: str,
    file_id: str = "",
) -> None:
    """Seal what is left of `source` into `target`; both are seekable.

    At most a few pieces of 256 KiB are in memory at any time. Raises EnvelopeError("too_large").
    """
    size = _rest(source)
    if size > MAX_BODY_BYTES:
        raise EnvelopeError("too_large")
    header = _Header(file_id, size, os.urandom(KEY_BYTES).hex(), os.urandom(PREFIX_BYTES).hex(), "")
    pieces, digest, start = _Pieces(header, message_id), hashlib.sha256(), target.tell()
    target.write(MAGIC + b" " * HEADER_WIDTH + b"\n")
    for number in range(pieces.count):
        plain = source.read(CHUNK_BYTES)
        if len(plain) != _piece_size(size, number):
            raise OSError("the body changed its size while it was sealed")
        line = _line(number, pieces.encrypt(number, plain))
        digest.update(line)
        target.write(line)
    whole = _Header(file_id, size, header.key, header.prefix, digest.hexdigest())
    token = seal(whole.dump(), recipient=recipient, sender=sender, message_id=message_id)
    if len(token) > HEADER_WIDTH:
        raise EnvelopeError("too_large")
    end = target.tell()
    target.seek(start + len(MAGIC))
    target.write(token)
    target.seek(end)


def open_stream(
    source: BinaryIO,
    target: BinaryIO,
    *,
    recipients: Mapping[str, bytes],
    senders: Mapping[str, bytes],
    message_id: str,
    file_id: str = "",
) -> None:
    """Open what is left of `source` into `target`; both are seekable.

    Nothing is written before sender, message, file, length and digest have been verified. Raises
    EnvelopeError: the codes of `open_sealed`, and wrong_file, truncated, reordered, tampered.
    """
    length = _rest(source)
    if length > _length(MAX_BODY_BYTES):
        raise EnvelopeError("too_large")
    token = _read_token(source)
    opened = open_sealed(token, recipients=recipients, senders=senders, message_id=message_id)
    header = _Header.load(opened)
    if header.file_id != file_id:
        raise EnvelopeError("wrong_file")
    if length != _length(header.size):
        raise EnvelopeError("truncated" if length < _length(header.size) else "malformed")
    first = source.tell()
    _check_digest(source, header)
    source.seek(first)
    _decrypt(source, target, header, _Pieces(header, message_id))


def seal_body(
    payload: bytes, *, recipient: PublicKey, sender: PrivateKey, message_id: str
) -> bytes:
    """Seal like `signing.seal`, a large body as a stream. Returns ASCII."""
    if len(payload) < LARGE_BODY_BYTES:
        return seal(payload, recipient=recipient, sender=sender, message_id=message_id)
    target = io.BytesIO()
    seal_stream(
        io.BytesIO(payload), target, recipient=recipient, sender=sender, message_id=message_id
    )
    return target.getvalue()


def open_body(
    sealed: bytes,
    *,
    recipients: Mapping[str, bytes],
    senders: Mapping[str, bytes],
    message_id: str,
) -> bytes:
    """Open like `signing.open_sealed`, tokens and streams alike: their first bytes tell which."""
    if not sealed.startswith(MAGIC):
        return open_sealed(sealed, recipients=recipients, senders=senders, message_id=message_id)
    source, target = io.BytesIO(sealed), io.BytesIO()
    open_stream(source, target, recipients=recipients, senders=senders, message_id=message_id)
    return target.getvalue()


def _read_token(source: BinaryIO) -> bytes:
    """Return the header's envelope, spelled in the one way."""
    if source.read(len(MAGIC)) != MAGIC:
        raise EnvelopeError("malformed")
    slot = source.read(HEADER_WIDTH + 1)
    if len(slot) != HEADER_WIDTH + 1:
        raise EnvelopeError("truncated")
    if not slot.endswith(b"\n"):
        raise EnvelopeError("malformed")
    return slot[:-1].rstrip(b" ")


def _check_digest(source: BinaryIO, header: _Header) -> None:
    """First pass: compare the digest that the sender signed, and tell what is wrong with it."""
    digest, numbers = hashlib.sha256(), []
    for line in _lines(source, header.size):
        digest.update(line)
        numbers.append(line[:NUMBER_WIDTH])
    if digest.hexdigest() == header.sha256:
        return
    expected = [_number(n) for n in range(_count(header.size))]
    moved = numbers != expected and sorted(numbers) == expected
    raise EnvelopeError("reordered" if moved else "tampered")


def _decrypt(source: BinaryIO, target: BinaryIO, header: _Header, pieces: _Pieces) -> None:
    """Second pass: each piece proves itself again, in case the source changed in between."""
    start = target.tell()
    try:
        for number, line in enumerate(_lines(source, header.size)):
            sealed = base64.b64decode(line[NUMBER_WIDTH:-1], validate=True)
            target.write(pieces.decrypt(number, sealed))
    except (InvalidTag, ValueError) as error:
        target.seek(start)
        target.truncate()
        raise EnvelopeError("tampered") from error


def _lines(source: BinaryIO, size: int) -> Iterator[bytes]:
    for number in range(_count(size)):
        yield source.read(_line_length(_piece_size(size, number)))


def _line(number: int, sealed: bytes) -> bytes:
    return _number(number) + base64.b64encode(sealed) + b"\n"


def _number(number: int) -> bytes:
    return f"{number:0{NUMBER_WIDTH}x}".encode()


def _count(size: int) -> int:
    """An empty body has one piece too: the one that says so."""
    return max(1, math.ceil(size / CHUNK_BYTES))


def _piece_size(size: int, number: int) -> int:
    return min(CHUNK_BYTES, size - number * CHUNK_BYTES)


def _line_length(plain: int) -> int:
    return NUMBER_WIDTH + 4 * math.ceil((plain + TAG_BYTES) / 3) + 1


def _length(size: int) -> int:
    """How long the stream of a body is, to the byte: every length is a matter of its size."""
    last = _count(size) - 1
    pieces = last * _line_length(CHUNK_BYTES) + _line_length(_piece_size(size, last))
    return len(MAGIC) + HEADER_WIDTH + 1 + pieces


def _rest(stream: BinaryIO) -> int:
    here = stream.tell()
    end = stream.seek(0, io.SEEK_END)
    stream.seek(here)
    return end - here
