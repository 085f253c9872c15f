"""Streams: large bodies open again, nothing altered does, and memory stays small."""

import base64
import hashlib
import io
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing import EnvelopeError, seal
from signing.keys import generate_encryption_key, generate_signing_key
from signing.stream import (
    CHUNK_BYTES,
    HEADER_WIDTH,
    MAGIC,
    MAX_BODY_BYTES,
    open_body,
    open_stream,
    seal_body,
    seal_stream,
)

OLD, NEW = generate_encryption_key("enc-2026"), generate_encryption_key("enc-2027")
SENDER, OTHER = generate_signing_key("sig-a"), generate_signing_key("sig-b")
RECIPIENTS = {"enc-2026": OLD.pem, "enc-2027": NEW.pem}
SENDERS = {"sig-a": SENDER.public().pem}
FIRST_LINE = len(MAGIC) + HEADER_WIDTH + 1
LINE = 8 + 4 * ((CHUNK_BYTES + 16 + 2) // 3) + 1
MEBIBYTE = 1024 * 1024


def sealed(body, *, recipient=NEW, sender=SENDER, message_id="m-1", file_id=""):
    target = io.BytesIO()
    seal_stream(
        io.BytesIO(body),
        target,
        recipient=recipient.public(),
        sender=sender,
        message_id=message_id,
        file_id=file_id,
    )
    return target.getvalue()


def opened(stream, *, recipients=RECIPIENTS, senders=SENDERS, message_id="m-1", file_id=""):
    target = io.BytesIO()
    open_stream(
        io.BytesIO(stream),
        target,
        recipients=recipients,
        senders=senders,
        message_id=message_id,
        file_id=file_id,
    )
    return target.getvalue()


def code_of(stream, **changes):
    with pytest.raises(EnvelopeError) as caught:
        opened(stream, **changes)
    return caught.value.code


def replaced(data, place, new):
    return data[:place] + new + data[place + len(new) :]


BODY = bytes(range(256)) * (5 * CHUNK_BYTES // 512)
STREAM = sealed(BODY)


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1])
def test_body_of_any_size_opens_again(size):
    assert opened(sealed(b"x" * size)) == b"x" * size


def test_stream_is_ascii_text_that_the_mailbox_can_carry():
    assert STREAM.isascii()


def test_old_key_still_opens_after_rotation():
    assert opened(sealed(b"x", recipient=OLD)) == b"x"


def test_retired_key_is_an_unknown_recipient():
    assert code_of(STREAM, recipients={"enc-2026": OLD.pem}) == "unknown_recipient"


def test_wrong_key_under_the_right_id_fails_to_decrypt():
    assert code_of(STREAM, recipients={"enc-2027": OLD.pem}) == "decryption_failed"


def test_unknown_sender_is_named():
    assert code_of(sealed(b"x", sender=OTHER)) == "unknown_sender"


def test_wrong_sender_key_is_a_bad_signature():
    assert code_of(STREAM, senders={"sig-a": OTHER.public().pem}) == "bad_signature"


def test_another_message_id_is_refused():
    assert code_of(STREAM, message_id="m-2") == "wrong_message"


def test_another_file_id_is_refused():
    assert code_of(sealed(b"x", file_id="attachment-1"), file_id="attachment-2") == "wrong_file"


def test_altered_piece_is_tampered():
    place = FIRST_LINE + LINE + 100
    other = b"A" if STREAM[place : place + 1] != b"A" else b"B"

    assert code_of(replaced(STREAM, place, other)) == "tampered"


def test_swapped_pieces_are_reordered():
    first, second = (STREAM[FIRST_LINE + n * LINE : FIRST_LINE + (n + 1) * LINE] for n in (0, 1))

    assert code_of(replaced(STREAM, FIRST_LINE, second + first)) == "reordered"


def test_doubled_piece_is_tampered():
    first = STREAM[FIRST_LINE : FIRST_LINE + LINE]

    assert code_of(replaced(STREAM, FIRST_LINE + LINE, first)) == "tampered"


@pytest.mark.parametrize("kept", [0, 5, len(MAGIC) + 7, FIRST_LINE, FIRST_LINE + LINE, -1])
def test_cut_off_stream_is_refused_as_such(kept):
    expected = "malformed" if 0 <= kept < len(MAGIC) else "truncated"

    assert code_of(STREAM[:kept]) == expected


def test_stream_with_more_behind_it_is_malformed():
    assert code_of(STREAM + b"\n") == "malformed"


def test_pieces_of_another_stream_do_not_fit_this_header():
    other = sealed(BODY)

    assert code_of(STREAM[:FIRST_LINE] + other[FIRST_LINE:]) == "tampered"


def test_oversized_body_is_not_sealed():
    with pytest.raises(EnvelopeError) as caught:
        sealed(bytes(MAX_BODY_BYTES + 1))

    assert caught.value.code == "too_large"


def test_oversized_stream_is_refused_before_it_is_parsed():
    assert code_of(b"?" * 60_000_000) == "too_large"


def test_header_of_another_make_is_malformed():
    token = seal(b'{"size": 1}', recipient=NEW.public(), sender=SENDER, message_id="m-1")

    assert code_of(MAGIC + token.ljust(HEADER_WIDTH) + b"\n") == "malformed"


class ChangesAfterTheFirstPass(io.BytesIO):
    """A source that somebody exchanges between checking and opening it."""

    reads = 0

    def read(self, size=-1):
        data = super().read(size)
        self.reads += len(data) == LINE
        return replaced(data, 8, b"AAAA") if self.reads == 4 else data


def test_nothing_stays_written_when_the_source_changes_under_way():
    target = io.BytesIO()

    with pytest.raises(EnvelopeError) as caught:
        open_stream(
            ChangesAfterTheFirstPass(STREAM),
            target,
            recipients=RECIPIENTS,
            senders=SENDERS,
            message_id="m-1",
        )

    assert (caught.value.code, target.getvalue()) == ("tampered", b"")


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(STREAM) - 1), st.integers(1, 255))
def test_one_changed_byte_never_opens(place, step):
    with pytest.raises(EnvelopeError):
        opened(replaced(STREAM, place, bytes([(STREAM[place] + step) % 256])))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", MAGIC, STREAM[:FIRST_LINE], STREAM[:60]]))
def test_garbage_never_opens_and_never_breaks(garbage, start):
    with pytest.raises(EnvelopeError):
        open_body(start + garbage, recipients=RECIPIENTS, senders=SENDERS, message_id="m-1")


def test_small_body_stays_a_token_and_a_large_one_becomes_a_stream():
    keys = {"recipient": NEW.public(), "sender": SENDER, "message_id": "m-1"}
    small, large = seal_body(b"x", **keys), seal_body(BODY, **keys)

    found = [
        open_body(one, recipients=RECIPIENTS, senders=SENDERS, message_id="m-1")
        for one in (small, large)
    ]
    assert (found, large.startswith(MAGIC), small.startswith(MAGIC)) == ([b"x", BODY], True, False)


def test_20_megabytes_are_sealed_and_opened_in_little_memory(tmp_path):
    plain, middle, back = (tmp_path / name for name in ("plain", "sealed", "back"))
    with plain.open("wb") as file:
        for number in range(20):
            file.write(hashlib.sha256(bytes((number,))).digest() * (MEBIBYTE // 32))
    keys = {"recipients": RECIPIENTS, "senders": SENDERS, "message_id": "m-1"}
    sealed(b"warm up")
    tracemalloc.start()
    with plain.open("rb") as source, middle.open("wb+") as target:
        seal_stream(source, target, recipient=NEW.public(), sender=SENDER, message_id="m-1")
    with middle.open("rb") as source, back.open("wb+") as target:
        open_stream(source, target, **keys)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert back.read_bytes() == plain.read_bytes()
    assert peak < 4 * MEBIBYTE


def test_sealed_text_hides_the_body():
    assert base64.b64encode(BODY[:300]) not in STREAM
