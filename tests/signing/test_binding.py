"""Step 6: this person, this filing, this challenge, this time, once. Each alone, each both ways."""

from dataclasses import replace
from datetime import timedelta

import pytest

from signing import VerificationError, verify
from signing.binding import Binding
from signing.certificates import attributes_of
from signing.texts import same_text
from tests.signing import forge

CARD = forge.card()
ATTRIBUTES = attributes_of(CARD.certificate)
BODY = (
    '<Doc xmlns="urn:example:other"><filing_id>f-1</filing_id>'
    "<challenge>c-1</challenge><item>100</item></Doc>"
)
XML = forge.sign(forge.Recipe(CARD, body=BODY))
SOURCES = forge.Vector("binding", "OK", XML).sources
RIGHT = Binding(
    name=ATTRIBUTES.name,
    birth_date=ATTRIBUTES.birth_date,
    sex=ATTRIBUTES.sex,
    address=ATTRIBUTES.address,
    filing_id="f-1",
    challenge="c-1",
    canonical_sha256=None,
    received_at=forge.AT,
)


def outcome(binding, xml=XML):
    try:
        verify(xml, policy=forge.policy(), at=forge.AT, revocation=SOURCES, binding=binding)
    except VerificationError as error:
        return error.reason
    return "OK"


def test_everything_that_agrees_is_bound():
    assert outcome(RIGHT) == "OK"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": "別人 花子"}, "SUBJECT_MISMATCH"),
        ({"birth_date": ATTRIBUTES.birth_date + timedelta(days=1)}, "SUBJECT_MISMATCH"),
        ({"sex": "9" if ATTRIBUTES.sex != "9" else "1"}, "SUBJECT_MISMATCH"),
        ({"address": "熊本県熊本市北区植木町1番地"}, "SUBJECT_MISMATCH"),
        ({"filing_id": "f-2"}, "CHALLENGE_MISMATCH"),
        ({"challenge": "c-2"}, "CHALLENGE_MISMATCH"),
        ({"challenge": ""}, "CHALLENGE_MISMATCH"),
        ({"canonical_sha256": "0" * 64}, "CHALLENGE_MISMATCH"),
        ({"received_at": forge.AT + timedelta(days=30)}, "SIGNING_TIME_OUT_OF_WINDOW"),
        ({"received_at": forge.AT - timedelta(days=30)}, "SIGNING_TIME_OUT_OF_WINDOW"),
        ({"seen": lambda _: True}, "REPLAYED"),
    ],
)
def test_each_disagreement_alone_is_refused_with_its_reason(change, reason):
    assert outcome(replace(RIGHT, **change)) == reason


def test_an_address_that_is_a_persons_matter_refuses_nothing():
    assert outcome(replace(RIGHT, address=None)) == "OK"


def test_the_signature_value_is_what_may_be_seen_once():
    asked = []

    outcome(replace(RIGHT, seen=lambda digest: bool(asked.append(digest))))
    outcome(replace(RIGHT, seen=lambda digest: bool(asked.append(digest))))

    assert len(asked) == 2
    assert asked[0] == asked[1]
    assert len(asked[0]) == 64


@pytest.mark.parametrize("twice", ["filing_id", "challenge"])
def test_a_fact_that_stands_twice_is_no_fact(twice):
    body = BODY.replace("<item>", f"<{twice}>x</{twice}><item>")

    assert outcome(RIGHT, forge.sign(forge.Recipe(CARD, body=body))) == "CHALLENGE_MISMATCH"


@pytest.mark.parametrize(
    ("certificate", "flags", "register", "same"),
    [
        ("佐藤 花子", "00000", "佐藤 花子", True),
        ("ｻﾄｳ", "000", "サトウ", True),
        ("髙橋", "10", "高橋", True),
        ("髙橋", "10", "高倉", False),
        ("髙橋", "00", "高橋", False),
        ("■田", "10", "𠮷田", True),
        ("■田", "10", "𠮷田太", False),
        ("■城", "10", "葛\U000e0100城", True),
        ("■城", "10", "葛\U000e0100木", False),
        ("葛城", "00", "葛\U000e0100城", False),
        ("葛\U000e0101■", "001", "葛\U000e0101城", True),
        ("葛\U000e0101■", "001", "葛\U000e0100城", False),
        ("が■子", "010", "か\u3099く\U000e0100子", True),
        ("■ ﾊﾞﾝｼﾞ", "1000000", "\ue000バンジ", True),
        ("■ 太郎", "1000", "\ue000\u3000太郎", True),
        ("■", "1", "", False),
    ],
)
def test_texts_are_compared_by_width_and_substitutes_and_nothing_else(
    certificate, flags, register, same
):
    assert same_text(certificate, flags, register) is same
