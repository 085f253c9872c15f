"""The portal asks its lists, and a responder where one is set and allowed."""

import base64
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.cache import cache

from portal.revocation import revocation_source
from signing.certificates import load
from signing.demo import CardHolder, DemoPki
from tests.signing.ocsp_simulator import serving

NOW = datetime(2027, 2, 1, tzinfo=UTC)

# The responder's answers are kept in the cache, which is a table.
pytestmark = pytest.mark.django_db


@pytest.fixture
def pki(tmp_path: Path) -> DemoPki:
    return DemoPki.create(tmp_path / "pki", at=NOW)


@pytest.fixture
def certificate(pki):
    holder = CardHolder("熊本 花子", date(1980, 2, 1), "2", "熊本県熊本市中央区手取本町1番1号", "")
    card = pki.issue(holder, signing_pin="demo1234", number_pin="1234", at=NOW, kdf_iterations=1)
    return load(base64.b64decode(card["certificate"]))


@pytest.fixture
def responder(pki, certificate, settings):
    authority = pki.generations["demo-ca"]
    with serving(authority, now=NOW, issued={certificate.serial_number}) as simulator:
        settings.OCSP_URL, settings.REVOCATION_HOSTS = simulator.url, ["127.0.0.1"]
        yield simulator
    cache.clear()


def said(pki, certificate, at=NOW):
    issuer = pki.generations["demo-ca"].certificate
    answer = revocation_source().status(certificate, issuer, at)
    return answer.reason or answer.status


def test_lists_alone_answer_where_no_responder_is_set(pki, certificate, settings):
    settings.CRLS_DIR = str(pki.crls)

    assert said(pki, certificate) == "good"


def test_responder_answers_where_no_list_has_come(pki, certificate, responder, settings, tmp_path):
    settings.CRLS_DIR = str(tmp_path / "none")

    assert [said(pki, certificate), said(pki, certificate)] == ["good", "good"]
    assert responder.asked == [certificate.serial_number]


def test_revoked_in_the_list_wins_over_the_responder(pki, certificate, responder, settings):
    pki.revoke(certificate.public_bytes(Encoding.DER), NOW - timedelta(days=1))
    pki.publish_crl(NOW)
    settings.CRLS_DIR = str(pki.crls)

    assert said(pki, certificate) == "CERT_REVOKED"


def test_neither_list_nor_responder_is_not_checked(pki, certificate, responder, settings, tmp_path):
    settings.CRLS_DIR = str(tmp_path / "none")
    responder.mode = "try-later"

    assert said(pki, certificate) == "REVOCATION_UNAVAILABLE"
