"""Reading is strict: what the form does not know is refused, and nothing else is ever raised."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filing import FilingError, Return, read_xml, write_xml
from filing.reading import MAX_BYTES
from tests.filing.cast import answers, sato_return, spouse

XML = write_xml(sato_return(answers(spouse=spouse()))).decode()
DECLARATION = "<?xml version='1.0' encoding='UTF-8'?>\n"
SIGNATURE = (
    '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="s"><ds:a/></ds:Signature>'
)


def replaced(old: str, new: str) -> bytes:
    assert old in XML
    return XML.replace(old, new, 1).encode()


HOSTILE = {
    "empty": b"",
    "not xml": b"%PDF-1.7",
    "cut off": XML.encode()[:-30],
    "byte order mark": b"\xef\xbb\xbf" + XML.encode(),
    "utf-16": XML.replace("UTF-8", "UTF-16").encode("utf-16"),
    "shift_jis declared": XML.replace("UTF-8", "Shift_JIS").encode("cp932"),
    "latin-1 declared": XML.replace("UTF-8", "ISO-8859-1").encode(),
    "invalid utf-8": replaced("花子", "花子").replace("花".encode(), b"\xe8\x8a"),
    "too large": XML.encode() + b" " * MAX_BYTES,
    "doctype": replaced(DECLARATION, DECLARATION + "<!DOCTYPE x>"),
    "doctype with system id": replaced(
        DECLARATION, DECLARATION + '<!DOCTYPE x SYSTEM "file:///etc/passwd">'
    ),
    "entity": replaced(DECLARATION, DECLARATION + '<!DOCTYPE x [<!ENTITY a "b">]>'),
    "undefined entity": replaced("花子", "&a;"),
    "comment in a name": replaced("花子", "花<!-- -->子"),
    "comment before the root": replaced(DECLARATION, DECLARATION + "<!-- a -->"),
    "comment after the root": XML.encode() + b"<!-- a -->",
    "processing instruction": replaced("花子", "花<?a b?>子"),
    "stylesheet": replaced(DECLARATION, DECLARATION + "<?xml-stylesheet href='a'?>"),
    "attribute on the root": replaced("<resident_tax_return ", '<resident_tax_return Id="a" '),
    "xml:id": replaced("<name>", '<name xml:id="a">'),
    "xsi:type": replaced(
        "<name>",
        '<name xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:schemaLocation="a b">',
    ),
    "unknown namespace": replaced("urn:jumin:filing:r9", "urn:jumin:filing:r99"),
    "no namespace": replaced(' xmlns="urn:jumin:filing:r9"', ""),
    "other year": replaced("<tax_year>R9", "<tax_year>R8"),
    "other root": XML.replace("resident_tax_return", "tax_return").encode(),
    "unknown element": replaced("<filer>", "<余分/><filer>"),
    "element twice": replaced("<name>", "<name>鈴木</name><name>"),
    "element missing": replaced("<sex>2</sex>", ""),
    "wrong order": replaced("<sex>2</sex>", "").replace(
        b"<personal_number>", b"<sex>2</sex><personal_number>", 1
    ),
    "text between elements": replaced("<filer>", "文字<filer>"),
    "element in a text": replaced("花子", "<b>花子</b>"),
    "plus sign": replaced("<revenue>3200000", "<revenue>+3200000"),
    "leading zero": replaced("<revenue>3200000", "<revenue>03200000"),
    "blank in a number": replaced("<revenue>3200000", "<revenue> 3200000"),
    "full-width number": replaced("<revenue>3200000", "<revenue>３２０００００"),
    "number too large": replaced("<revenue>3200000", "<revenue>99999999999"),
    "negative": replaced("<revenue>3200000", "<revenue>-1"),
    "no such day": replaced("<birth_date>1985-04-01", "<birth_date>1985-02-30"),
    "day of a relative": replaced("<birth_date>1984-12-24", "<birth_date>1984-13-01"),
    "time zone on a day": replaced("<birth_date>1985-04-01", "<birth_date>1985-04-01Z"),
    "flag of schemas": replaced("<disability></disability>", "<disability>1</disability>"),
    "wrong check digit": replaced("<personal_number>123456789018", "<personal_number>123456789010"),
    "number of zeros": replaced("<personal_number>123456789018", "<personal_number>000000000000"),
    "signature first": replaced("<header>", SIGNATURE + "<header>"),
    "two signatures": replaced("</resident_tax_return>", SIGNATURE * 2 + "</resident_tax_return>"),
    "key info in place of a signature": replaced(
        "</resident_tax_return>",
        SIGNATURE.replace("Signature", "KeyInfo") + "</resident_tax_return>",
    ),
    "comment in the signature": replaced(
        "</resident_tax_return>",
        SIGNATURE.replace("<ds:a/>", "<!-- -->") + "</resident_tax_return>",
    ),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_document_that_the_form_does_not_know_is_refused(data: bytes) -> None:
    with pytest.raises(FilingError):
        read_xml(data)


def test_signed_document_reads_like_the_unsigned_one() -> None:
    signed = replaced("</resident_tax_return>", SIGNATURE + "</resident_tax_return>")

    assert read_xml(signed) == read_xml(XML.encode())


def test_character_references_and_cdata_are_the_characters_they_stand_for() -> None:
    assert read_xml(replaced("花子", "&#x82B1;<![CDATA[子]]>")) == read_xml(XML.encode())


def test_refusal_never_repeats_a_value_of_the_document() -> None:
    with pytest.raises(FilingError) as refusal:
        read_xml(replaced("<personal_number>123456789018", "<personal_number>123456789010"))

    assert refusal.value.field == "filer.personal_number"
    assert str(refusal.value) == (
        "filer.personal_number: 個人番号が正しくありません。"
        "カードの12けたの数字を確かめてください。"
    )


def test_entity_bomb_is_refused_before_it_is_parsed() -> None:
    bomb = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    data = replaced(DECLARATION, f'{DECLARATION}<!DOCTYPE x [<!ENTITY a0 "a">{bomb}]>')

    with pytest.raises(FilingError, match="DTD"):
        read_xml(data)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.integers(0, len(XML.encode())), st.integers(0, 40))
def test_damaged_bytes_raise_nothing_but_a_refusal(noise: bytes, place: int, cut: int) -> None:
    data = XML.encode()

    try:
        outcome = read_xml(data[:place] + noise + data[place + cut :])
    except FilingError as error:
        outcome = error

    # A refusal says in words what is wrong; what is read is a whole return.
    assert isinstance(outcome, Return) or outcome.message
