"""Time stamps: only those that prove this digest, now, under a trusted authority, count."""

import hashlib
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.authority import usage
from signing.demo_tsa import STAMPING, TSA_POLICY, DemoTsa, TsaServer
from signing.timestamp import TimestampClient, TimestampError, check_token, request, token_of
from signing.timestamp_http import HttpTransport

NOW = datetime(2027, 2, 20, 3, 0, tzinfo=UTC)
DIGEST = hashlib.sha256(b"evidence").digest()
OTHER = hashlib.sha256(b"other").digest()


@pytest.fixture
def tsa():
    return DemoTsa.create(at=NOW)


def client(tsa, **settings):
    given = {"anchors": [tsa.root.certificate]} | settings
    return TimestampClient(lambda sent: tsa.respond(sent, now=NOW), **given)


def code_of(work, *args, **kwargs):
    with pytest.raises(TimestampError) as caught:
        work(*args, **kwargs)
    return caught.value.code


def test_stamp_says_when_the_digest_existed(tsa):
    found = client(tsa, policies=[TSA_POLICY]).stamp(DIGEST, now=NOW)

    assert (found.at, found.policy, found.serial) == (NOW, TSA_POLICY, 1)


def test_stamp_is_checked_again_years_later_without_network_or_clock(tsa):
    found = client(tsa).stamp(DIGEST, now=NOW)

    assert check_token(found.der, DIGEST, [tsa.root.certificate]) == found


def test_stamp_granted_with_modifications_counts(tsa):
    tsa.answer_with(status="granted_with_mods")

    assert client(tsa).stamp(DIGEST, now=NOW).at == NOW


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"digest": OTHER}, "wrong_imprint"),
        ({"nonce": 1}, "wrong_nonce"),
        ({"policy": "1.2.3"}, "wrong_policy"),
        ({"at": NOW - timedelta(minutes=6)}, "wrong_time"),
        ({"at": NOW + timedelta(minutes=6)}, "wrong_time"),
        ({"at": NOW - timedelta(days=2)}, "expired"),
        ({"status": "rejection"}, "rejected"),
        ({"status": "waiting"}, "unavailable"),
    ],
)
def test_answer_that_does_not_count_is_named(tsa, change, code):
    tsa.answer_with(**change)

    assert code_of(client(tsa, policies=[TSA_POLICY]).stamp, DIGEST, now=NOW) == code


def test_authority_under_another_root_is_untrusted(tsa):
    other = DemoTsa.create(at=NOW)

    assert code_of(client(tsa, anchors=[other.root.certificate]).stamp, DIGEST, now=NOW) == (
        "untrusted"
    )


SIGNING = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING])
BOTH = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING])


@pytest.mark.parametrize(
    "extensions",
    [
        [STAMPING[0]],
        [STAMPING[0], (SIGNING, True)],
        [STAMPING[0], (BOTH, True)],
        [STAMPING[0], (STAMPING[1][0], False)],
        [*STAMPING, (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"x"), True)],
    ],
    ids=["no purpose", "another", "one more", "not critical", "unknown critical"],
)
def test_certificate_for_another_purpose_does_not_stamp(extensions):
    tsa = DemoTsa.create(at=NOW, extensions=extensions)

    assert code_of(client(tsa).stamp, DIGEST, now=NOW) == "wrong_certificate"


def test_certificate_that_has_expired_does_not_stamp():
    tsa = DemoTsa.create(at=NOW - timedelta(days=100), valid_days=30)

    assert code_of(client(tsa).stamp, DIGEST, now=NOW) == "expired"


def test_certificate_of_another_key_in_the_token_is_a_bad_signature(tsa):
    other = DemoTsa.create(at=NOW)
    tsa.key = other.key

    assert code_of(client(tsa).stamp, DIGEST, now=NOW) == "bad_signature"


def test_intermediate_that_is_no_authority_is_untrusted(tsa):
    leaf = DemoTsa.create(at=NOW)
    leaf.root = tsa.root
    leaf.certificate = leaf.root.certify(
        leaf.key.public_key(),
        [(usage("digital_signature"), True)],
        since=NOW - timedelta(days=1),
        until=NOW + timedelta(days=1),
    )

    assert code_of(client(leaf).stamp, DIGEST, now=NOW) == "wrong_certificate"


TSA = DemoTsa.create(at=NOW)
TOKEN = token_of(TSA.respond(request(DIGEST, 5), now=NOW))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(TOKEN) - 1), st.integers(1, 255))
def test_one_changed_byte_proves_nothing_else(place, step):
    token = bytearray(TOKEN)
    token[place] = (token[place] + step) % 256
    try:
        found = check_token(bytes(token), DIGEST, [TSA.root.certificate])
    except TimestampError:
        return
    assert (found.at, found.serial, found.policy) == (NOW, 1, TSA_POLICY)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_garbage_from_the_authority_is_named(garbage):
    broken = TimestampClient(lambda sent: garbage, [TSA.root.certificate])

    assert code_of(broken.stamp, DIGEST, now=NOW) in {"malformed", "rejected"}


@contextmanager
def served(tsa):
    server = TsaServer(tsa, NOW)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_stamp_is_fetched_over_http(tsa):
    with served(tsa) as url:
        asking = TimestampClient(HttpTransport(url), [tsa.root.certificate])
        found = asking.stamp(DIGEST, now=NOW)

    assert found.at == NOW


def test_authority_that_is_away_is_unavailable(tsa):
    with served(tsa) as url:
        pass
    asking = TimestampClient(HttpTransport(url), [tsa.root.certificate])

    assert code_of(asking.stamp, DIGEST, now=NOW) == "unavailable"


class Flood:
    """An authority that answers with more than anybody asked for."""

    def respond(self, request, *, now):
        return bytes(64_001)


def test_answer_that_is_too_large_is_unavailable(tsa):
    with served(Flood()) as url:
        asking = TimestampClient(HttpTransport(url), [tsa.root.certificate])
        code = code_of(asking.stamp, DIGEST, now=NOW)

    assert code == "unavailable"
