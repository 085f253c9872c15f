"""Assertions and receipts: who speaks, to whom, about which body, when; and nothing else counts."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from jose import jws

from signing import (
    AssertionRefused,
    EnvelopeError,
    check_assertion,
    check_receipt,
    sign_assertion,
    sign_receipt,
)
from signing.keys import generate_encryption_key, generate_signing_key

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
RELAY, STRANGER = generate_signing_key("relay-1"), generate_signing_key("relay-1")
PEM = RELAY.pem.decode()
SENDERS = {"relay-1": RELAY.public().pem}


def token(**changes):
    given = {"issuer": "relay", "audience": "portal", "key": RELAY, "now": NOW} | changes
    return sign_assertion(**given)


def refusal(made, *, now=NOW, **changes):
    wanted = {"audience": "portal", "senders": SENDERS, "issuers": ["relay"]} | changes
    with pytest.raises(AssertionRefused) as caught:
        check_assertion(made, now=now, **wanted)
    return caught.value.code


def forged(kind="filing-assertion+jws", algorithm="ES256", key=PEM, **claims):
    about = {
        "iss": "relay", "aud": "portal", "jti": "j-1", "bsh": "",
        "iat": int(NOW.timestamp()), "exp": int((NOW + timedelta(seconds=60)).timestamp()),
    } | claims  # fmt: skip
    payload = json.dumps({name: value for name, value in about.items() if value is not None})
    return jws.sign(payload.encode(), key, {"kid": "relay-1", "typ": kind}, algorithm=algorithm)


def test_assertion_names_its_issuer_and_has_an_id_of_its_own():
    first, second = (
        check_assertion(token(), audience="portal", senders=SENDERS, issuers=["relay"], now=NOW)
        for _ in range(2)
    )

    assert (first.issuer, second.issuer) == ("relay", "relay")
    assert first.jti != second.jti


@pytest.mark.parametrize(
    ("made", "changes", "code"),
    [
        (token(key=STRANGER), {}, "bad_signature"),
        (token(), {"senders": {}}, "unknown_sender"),
        (token(), {"issuers": ["review"]}, "unknown_issuer"),
        (token(), {"audience": "review"}, "wrong_audience"),
        (token(), {"body_sha256": "0" * 64}, "wrong_body"),
        (token(body_sha256="0" * 64), {}, "wrong_body"),
        (token(now=NOW - timedelta(minutes=2)), {}, "stale"),
        (token(now=NOW + timedelta(minutes=2)), {}, "stale"),
        (forged(exp=None), {}, "malformed"),
        (forged(iat=None), {}, "malformed"),
        (forged(jti=None), {}, "malformed"),
        (forged(aud=None), {}, "wrong_audience"),
        (forged(exp=int((NOW + timedelta(days=1)).timestamp())), {}, "stale"),
        (forged(kind="filing-receipt+jws"), {}, "malformed"),
        (forged(algorithm="HS256", key="secret"), {}, "algorithm_forbidden"),
        ("x" * 9_000, {}, "too_large"),
        ("", {}, "malformed"),
    ],
)
def test_each_flaw_of_an_assertion_has_its_code(made, changes, code):
    assert refusal(made, **changes) == code


def test_an_rsa_key_under_a_known_id_proves_nothing():
    rsa = generate_encryption_key("relay-1")
    made = forged(algorithm="RS256", key=rsa.pem.decode())

    assert refusal(made, senders={"relay-1": rsa.public().pem}) == "algorithm_forbidden"


def test_the_edges_of_the_minute_are_the_tolerance_and_not_a_second_more():
    made = token()
    last = NOW + timedelta(seconds=60 + 30)

    check_assertion(
        made, audience="portal", senders=SENDERS, issuers=["relay"],
        now=last - timedelta(seconds=1),
    )  # fmt: skip
    assert refusal(made, now=last) == "stale"


def test_receipt_says_what_it_was_given_and_an_altered_one_says_nothing():
    claims = {"message_id": "m-1", "sha256": "0" * 64, "zone": "relay"}
    receipt = sign_receipt(claims, key=RELAY)

    assert check_receipt(receipt, senders=SENDERS) == claims
    with pytest.raises(EnvelopeError) as caught:
        check_receipt(receipt[:-8] + "AAAAAAAA", senders=SENDERS)
    assert caught.value.code == "bad_signature"


def test_an_assertion_is_no_receipt():
    with pytest.raises(EnvelopeError) as caught:
        check_receipt(token(), senders=SENDERS)

    assert caught.value.code == "malformed"
