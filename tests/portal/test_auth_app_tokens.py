"""ID tokens and client assertions: every claim that must hold, and every way of forging one."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from jose import jwt

from signing.errors import AssertionRefused
from signing.jose import sign_token
from signing.keys import generate_signing_key
from signing.oidc import (
    check_client_assertion,
    read_id_token,
    read_jwks,
    sign_client_assertion,
    write_jwks,
)

# The zone's cache, which every story begins by emptying, is a table.
pytestmark = pytest.mark.django_db
NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
KEY = generate_signing_key("app-2027")
KEYS = read_jwks(write_jwks([KEY]))
GOOD = {
    "iss": "https://app.example",
    "sub": "pseudonym",
    "aud": "portal",
    "azp": "portal",
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 300,
    "nonce": "asked",
    "acr": "aal3",
}


def read(token: str) -> str:
    expected = {"issuer": GOOD["iss"], "client_id": "portal", "nonce": "asked", "acr": "aal3"}
    return read_id_token(token, keys=KEYS, now=NOW, **expected).subject


def without(name: str) -> dict:
    return {claim: value for claim, value in GOOD.items() if claim != name}


def test_good_id_token_names_the_pseudonym():
    assert read(sign_token(GOOD, key=KEY)) == "pseudonym"


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        (GOOD | {"iss": "https://other.example"}, "unknown_issuer"),
        (without("iss"), "unknown_issuer"),
        (GOOD | {"aud": "another"}, "wrong_audience"),
        (GOOD | {"aud": ["portal", "stranger"]}, "wrong_audience"),
        (without("aud"), "wrong_audience"),
        (GOOD | {"azp": "stranger"}, "wrong_audience"),
        (GOOD | {"exp": GOOD["iat"] - 60}, "stale"),
        (GOOD | {"iat": GOOD["iat"] + 120}, "stale"),
        (GOOD | {"iat": GOOD["iat"] - 3600}, "stale"),
        (without("exp"), "malformed"),
        (without("iat"), "malformed"),
        (GOOD | {"exp": True}, "malformed"),
        (GOOD | {"nonce": "another"}, "wrong_nonce"),
        (without("nonce"), "wrong_nonce"),
        (GOOD | {"acr": "aal2"}, "weak_authentication"),
        (without("acr"), "weak_authentication"),
        (without("sub"), "malformed"),
        (GOOD | {"sub": ""}, "malformed"),
    ],
)
def test_id_token_with_a_claim_that_does_not_hold_is_refused(claims, code):
    with pytest.raises(AssertionRefused) as refused:
        read(sign_token(claims, key=KEY))

    assert refused.value.code == code


def test_id_token_under_an_unknown_key_id_is_told_apart_from_a_forged_one():
    with pytest.raises(AssertionRefused) as unknown:
        read(sign_token(GOOD, key=generate_signing_key("app-2028")))
    with pytest.raises(AssertionRefused) as forged:
        read(sign_token(GOOD, key=generate_signing_key(KEY.kid)))

    assert (unknown.value.code, forged.value.code) == ("unknown_sender", "bad_signature")


def test_id_token_signed_with_the_public_key_as_a_secret_is_refused():
    header = {"kid": KEY.kid, "typ": "JWT"}
    secret = base64.b64encode(KEYS[KEY.kid]).decode()

    with pytest.raises(AssertionRefused) as refused:
        read(jwt.encode(GOOD, secret, algorithm="HS256", headers=header))

    assert refused.value.code == "algorithm_forbidden"


def test_id_token_without_a_signature_is_refused():
    header = {"alg": "none", "kid": KEY.kid, "typ": "JWT"}
    parts = [json.dumps(part).encode() for part in (header, GOOD)]
    token = ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)

    with pytest.raises(AssertionRefused) as refused:
        read(f"{token}.")

    assert refused.value.code == "algorithm_forbidden"


@pytest.mark.parametrize("document", [None, [], {}, {"keys": [{"crv": "P-256"}]}, {"keys": [1]}])
def test_key_set_that_is_none_is_malformed(document):
    with pytest.raises(AssertionRefused) as refused:
        read_jwks(document)

    assert refused.value.code == "malformed"


def test_client_assertion_holds_for_its_audience_and_its_minute_alone():
    token = sign_client_assertion(client_id="portal", audience="token", key=KEY, now=NOW)
    expected = {"client_id": "portal", "senders": KEYS}

    assert check_client_assertion(token, audience="token", now=NOW, **expected)
    for audience, now in (("other", NOW), ("token", NOW + timedelta(minutes=2))):
        with pytest.raises(AssertionRefused):
            check_client_assertion(token, audience=audience, now=now, **expected)
