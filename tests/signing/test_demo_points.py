"""Lists by municipality: a list speaks for the certificates that name it, and for no others."""

from datetime import timedelta

import pytest

from signing.certificates import load
from signing.demo import CardHolder, DemoPki, open_card
from signing.demo_points import municipality_of
from signing.evidence import der
from signing.revocation import CrlSet
from tests.signing import forge

AT = forge.AT
KUMAMOTO = "熊本県熊本市中央区手取本町1番1号"
ELSEWHERE = "福岡県福岡市博多区博多駅前1番1号"


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    return DemoPki.create(tmp_path_factory.mktemp("pki"), at=AT - timedelta(days=60))


def certificate(pki, address):
    holder = CardHolder("佐藤 花子", forge.SATO.birth_date, "2", address, "")
    card = pki.issue(holder, signing_pin="ABC123", number_pin="1234", at=AT, kdf_iterations=1)
    return load(open_card(card, "ABC123").certificate_der)


def status(pki, found, address, at=AT):
    lists = [path.read_bytes() for path in pki.publish_municipal_crl(AT, address)]
    return CrlSet(lists).status(found, pki.generations["demo-ca"].certificate, at)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (KUMAMOTO, ("熊本県", "熊本市")),
        ("京都府京都市中京区寺町通1番地", ("京都府", "京都市")),
        ("東京都千代田区丸の内1丁目", ("東京都", "千代田区")),
        ("北海道札幌市北区1条", ("北海道", "札幌市")),
        ("熊本県上益城郡益城町大字木山1番地", ("熊本県", "上益城郡益城町")),
        ("somewhere", ("不明", "不明")),
    ],
)
def test_municipality_is_read_from_an_address(address, expected):
    assert municipality_of(address) == expected


def test_list_of_its_own_municipality_says_good(pki):
    assert status(pki, certificate(pki, KUMAMOTO), KUMAMOTO).status == "good"


def test_list_of_another_municipality_says_nothing(pki):
    answer = status(pki, certificate(pki, KUMAMOTO), ELSEWHERE)

    assert (answer.status, answer.reason) == ("not_checked", "REVOCATION_UNAVAILABLE")


def test_revoked_certificate_is_in_its_own_list_only(pki):
    found = certificate(pki, ELSEWHERE)
    pki.revoke(der(found), AT - timedelta(days=1))

    assert status(pki, found, ELSEWHERE).status == "revoked"
    assert status(pki, found, KUMAMOTO).status == "not_checked"
