"""Envelopes: what opens, what does not, and that each failure has its own code."""

import pytest
from jose import jwe, jws

from signing import EnvelopeError, open_sealed, seal
from signing.keys import generate_encryption_key, generate_signing_key

OLD, NEW = generate_encryption_key("enc-2026"), generate_encryption_key("enc-2027")
SENDER, OTHER = generate_signing_key("sig-a"), generate_signing_key("sig-b")
RECIPIENTS = {"enc-2026": OLD.pem, "enc-2027": NEW.pem}


def open_(sealed, *, recipients=RECIPIENTS, message_id="m-1", sender=SENDER):
    senders = {"sig-a": sender.public().pem}
    return open_sealed(sealed, recipients=recipients, senders=senders, message_id=message_id)


def code_of(sealed, **changes):
    with pytest.raises(EnvelopeError) as caught:
        open_(sealed, **changes)
    return caught.value.code


def sealed(recipient=NEW, sender=SENDER):
    return seal("申告".encode(), recipient=recipient.public(), sender=sender, message_id="m-1")


def signed(payload, **headers):
    given = {"kid": "sig-a", "typ": "filing-envelope+jws", "mid": "m-1", **headers}
    return jws.sign(payload, SENDER.pem.decode(), headers=given, algorithm="ES256").encode()


def test_seal_opens_for_the_recipient():
    assert open_(sealed()) == "申告".encode()


def test_old_key_still_opens_after_rotation():
    assert open_(sealed(OLD)) == "申告".encode()


def test_retired_key_is_an_unknown_recipient():
    assert code_of(sealed(OLD), recipients={"enc-2027": NEW.pem}) == "unknown_recipient"


def test_wrong_key_under_the_right_id_fails_to_decrypt():
    assert code_of(sealed(), recipients={"enc-2027": OLD.pem}) == "decryption_failed"


def test_unknown_sender_is_named():
    assert code_of(sealed(sender=OTHER)) == "unknown_sender"


def test_wrong_sender_key_is_a_bad_signature():
    assert code_of(sealed(), sender=OTHER) == "bad_signature"


def test_another_message_id_is_refused():
    assert code_of(sealed(), message_id="m-2") == "wrong_message"


@pytest.mark.parametrize(
    ("algorithm", "encryption"), [("RSA-OAEP", "A256GCM"), ("RSA-OAEP-256", "A128GCM")]
)
def test_other_encryption_algorithms_are_forbidden(algorithm, encryption):
    pem = NEW.public().pem
    inner = jwe.encrypt(b"m-1\nx", pem, algorithm=algorithm, encryption=encryption, kid="enc-2027")

    assert code_of(signed(inner)) == "algorithm_forbidden"


def test_token_without_known_algorithm_is_forbidden():
    forged = jws.sign(
        b"x", "secret", headers={"kid": "sig-a", "typ": "filing-envelope+jws", "mid": "m-1"}
    )

    assert code_of(forged.encode()) == "algorithm_forbidden"


def test_oversized_envelope_is_refused_before_it_is_parsed():
    assert code_of(b"." * 60_000_001) == "too_large"


def test_garbage_is_malformed():
    assert code_of(b"not a token") == "malformed"


def test_large_payload_opens_again():
    payload = b"x" * 5_000_000
    envelope = seal(payload, recipient=NEW.public(), sender=SENDER, message_id="m-1")

    assert open_(envelope) == payload
