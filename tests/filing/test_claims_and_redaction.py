"""What leaves the document: the claims for the signature's binding, and copies without numbers."""

import re
from datetime import date

import pytest
from lxml import etree

from filing import FilingError, claims, read_xml, redact, redact_answers, write_xml
from filing.model import Signer
from tests.filing.cast import FILING_ID, answers, child, sato_return, spouse

FAMILY = answers(spouse=spouse(), relatives=[child()])


def test_claims_are_what_the_binding_compares_and_hold_no_number() -> None:
    assert claims(etree.fromstring(write_xml(sato_return(FAMILY)))) == {
        "tax_year": "R9",
        "filing_id": FILING_ID,
        "version": 1,
        "challenge": "3f2a9c",
        "prepared_on": date(2027, 2, 1),
        "municipality_code": "431001",
        "purpose_version": "2026-1",
        "name": "佐藤　花子",
        "kana": "サトウ　ハナコ",
        "birth_date": date(1985, 4, 1),
        "sex": "2",
        "address": "熊本市中央区手取本町1番1号",
        "address_jan1": "熊本市中央区手取本町1番1号",
        "signer": Signer("佐藤　花子", date(1985, 4, 1), "2"),
    }


@pytest.mark.parametrize(
    "text",
    [
        "<a/>",
        '<a xmlns="urn:jumin:filing:r9"/>',
        '<resident_tax_return xmlns="urn:jumin:filing:r9"/>',
        '<resident_tax_return xmlns="urn:jumin:filing:r9">'
        "<header><version>x</version></header></resident_tax_return>",
    ],
)
def test_what_is_no_return_makes_no_claims(text: str) -> None:
    with pytest.raises(FilingError):
        claims(etree.fromstring(text))


def test_day_that_does_not_exist_is_no_claim() -> None:
    xml = write_xml(sato_return()).replace(b"1985-04-01", b"1985-02-30")

    with pytest.raises(FilingError, match="存在しない日付"):
        claims(etree.fromstring(xml))


def test_redacted_return_holds_no_personal_number_anywhere() -> None:
    redacted = redact(sato_return(FAMILY))

    assert re.findall(r"[0-9]{12}", write_xml(redacted).decode().replace(FILING_ID, "")) == []
    assert redacted.answers == answers(
        spouse=spouse(personal_number=""), relatives=[child(personal_number="")]
    )


def test_redaction_leaves_the_original_and_everything_else_alone() -> None:
    document = sato_return(FAMILY)

    redacted = redact(document)

    assert document.answers["spouse"]["personal_number"] == "234567890121"
    assert redacted.filer.name == document.filer.name
    assert read_xml(write_xml(redacted)) == redacted


def test_answers_alone_can_be_redacted() -> None:
    assert redact_answers(FAMILY)["relatives"] == [child(personal_number="")]


def test_repr_tells_nothing_personal() -> None:
    document = sato_return(FAMILY)

    assert repr(document) == f"<Return R9 {FILING_ID} v1>"
    assert repr(document.filer) == "<Person>"
