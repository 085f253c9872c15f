"""The OCSP client against a simulated responder, over real HTTP on this machine."""

import time
from datetime import timedelta

import pytest

from signing.ocsp import Limits, Memory, OcspClient
from signing.ocsp_http import HttpResponder, ResponderUnavailable
from signing.revocation import CrlSet, Sources
from tests.signing.forge import AT, authority, card, crl
from tests.signing.ocsp_simulator import serving

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SATO_CARD = card()
SERIAL = SATO_CARD.certificate.serial_number


@pytest.fixture
def responder():
    with serving(authority("first"), now=AT, issued={SERIAL}) as simulator:
        yield simulator


@pytest.fixture
def client(responder):
    def make(*, seconds=1.0, keep_for=HOUR, **options):
        fetch = HttpResponder(responder.url, allowed_hosts={"127.0.0.1"}, seconds=seconds)
        return OcspClient(fetch, keep_for=keep_for, **options)

    return make


def said(source, at=AT):
    answer = source.status(SATO_CARD.certificate, authority("first").certificate, at)
    return answer.reason or answer.status


def test_responder_says_good(client):
    answer = client().status(SATO_CARD.certificate, authority("first").certificate, AT)

    assert answer.status == "good"
    assert answer.evidence["source"] == "ocsp"
    assert len(answer.evidence["sha256"]) == 64


def test_responder_says_revoked(client, responder):
    responder.revoked[SERIAL] = AT - DAY

    assert said(client()) == "CERT_REVOKED"


def test_responder_does_not_know_the_certificate(client, responder):
    responder.issued.clear()

    assert said(client()) == "REVOCATION_UNKNOWN"


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("try-later", "REVOCATION_UNAVAILABLE"),
        ("error", "REVOCATION_UNAVAILABLE"),
        ("redirect", "REVOCATION_UNAVAILABLE"),
        ("html", "REVOCATION_UNAVAILABLE"),
        ("big", "REVOCATION_UNAVAILABLE"),
        ("malformed", "REVOCATION_UNTRUSTED"),
        ("damaged", "REVOCATION_UNTRUSTED"),
        ("other-nonce", "REVOCATION_UNTRUSTED"),
        ("other-certificate", "REVOCATION_UNAVAILABLE"),
        ("stale", "REVOCATION_STALE"),
        ("", "good"),
    ],
)
def test_bad_answer_is_never_good(client, responder, mode, reason):
    responder.mode = mode

    assert said(client()) == reason


@pytest.mark.parametrize("mode", ["slow", "drip"])
def test_slow_responder_is_left_within_the_limit(client, responder, mode):
    responder.mode = mode
    began = time.monotonic()

    assert said(client(seconds=0.5)) == "REVOCATION_UNAVAILABLE"
    assert time.monotonic() - began < 1.4


def test_redirect_is_not_followed(client, responder):
    responder.mode = "redirect"

    said(client())

    assert responder.asked == [SERIAL]


def test_responder_of_another_generation_is_not_trusted(client, responder):
    responder.signer = authority("second").responder(at=AT)

    assert said(client()) == "REVOCATION_UNTRUSTED"


def test_expired_responder_is_not_trusted(client, responder):
    responder.signer = authority("first").responder(at=AT - 365 * DAY)

    assert said(client()) == "REVOCATION_UNTRUSTED"


def test_responder_that_nobody_listens_at_is_unavailable(client, responder):
    fetch = HttpResponder("http://127.0.0.1:9/", allowed_hosts={"127.0.0.1"}, seconds=1)

    assert said(OcspClient(fetch, keep_for=HOUR)) == "REVOCATION_UNAVAILABLE"


def test_answer_without_nonce_counts_unless_it_is_required(client, responder):
    responder.mode = "no-nonce"

    assert said(client()) == "good"
    assert said(client(limits=Limits(nonce_required=True))) == "REVOCATION_UNTRUSTED"


def test_answer_older_than_the_limit_is_stale(client, responder):
    responder.mode = "aged"

    assert said(client()) == "good"
    assert said(client(limits=Limits(max_age=24 * HOUR))) == "REVOCATION_STALE"


def test_good_answer_is_kept_while_fresh(client, responder):
    source = client(keep_for=HOUR)

    answers = [said(source, AT), said(source, AT + HOUR), said(source, AT + 2 * HOUR)]

    assert answers == ["good", "good", "good"]
    assert responder.asked == [SERIAL, SERIAL]


def test_kept_answer_does_not_outlive_its_limit_of_age(client, responder):
    source = client(keep_for=DAY, limits=Limits(max_age=2 * HOUR))
    said(source, AT)

    # The responder's next answer is of the same hour, so it is too old as well: never good.
    assert said(source, AT + 4 * HOUR) == "REVOCATION_STALE"
    assert responder.asked == [SERIAL, SERIAL]


def test_answer_of_another_time_is_not_used_for_an_earlier_one(client, responder):
    source = client()
    said(source, AT)

    said(source, AT - timedelta(minutes=1))

    assert responder.asked == [SERIAL, SERIAL]


@pytest.mark.parametrize("mode", ["try-later", "damaged", "other-nonce"])
def test_bad_answer_is_not_kept(client, responder, mode):
    source = client()
    responder.mode = mode
    said(source)

    responder.mode = ""

    assert said(source) == "good"


def test_revocation_is_heard_of_once_the_kept_answer_is_old(client, responder):
    source = client(keep_for=HOUR)
    said(source, AT)
    responder.revoked[SERIAL] = AT - DAY

    assert said(source, AT + 2 * HOUR) == "CERT_REVOKED"


def test_revoked_in_a_list_wins_over_a_good_answer(client):
    revoked = CrlSet([crl(revoked={SERIAL: AT - DAY})])

    assert said(Sources([client(), revoked])) == "CERT_REVOKED"


def test_revoked_answer_wins_over_a_clean_list(client, responder):
    responder.revoked[SERIAL] = AT - DAY

    assert said(Sources([CrlSet([crl()]), client()])) == "CERT_REVOKED"


def test_clean_list_is_enough_while_the_responder_is_away(client, responder):
    responder.mode = "error"

    assert said(Sources([CrlSet([crl()]), client()])) == "good"


def test_memory_forgets_what_it_kept_longest():
    memory = Memory(most=2)

    for key in ("a", "b", "c"):
        memory.set(key, key, 60)

    assert [memory.get(key) for key in ("a", "b", "c")] == [None, "b", "c"]


@pytest.mark.parametrize(
    "url",
    [
        "http://elsewhere.invalid/",
        "file:///etc/passwd",
        "http://u:p@127.0.0.1/",
        "ldap://127.0.0.1",
    ],
)
def test_address_that_is_not_allowed_is_refused(url):
    with pytest.raises(ValueError):
        HttpResponder(url, allowed_hosts={"127.0.0.1"})


def test_error_of_the_responder_does_not_name_the_certificate(responder):
    responder.mode = "error"
    fetch = HttpResponder(responder.url, allowed_hosts={"127.0.0.1"}, seconds=1)

    with pytest.raises(ResponderUnavailable) as refused:
        fetch(b"\x30\x00")

    assert str(refused.value) == "status 503"
