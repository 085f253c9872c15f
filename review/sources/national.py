"""国税連携: returns to the tax office, XML to rows. The layout is assumed (tax_return_r7.toml).

Read as a stream, one return in memory at a time. No DTD, no entities, nothing fetched.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, BinaryIO

from lxml import etree

import filing
from filing import FilingError, Return
from review.addressees.models import number_index
from review.cases.checks import lives_elsewhere
from review.reconcile.dependants import dependant_keys
from review.sources.layouts import Layout
from review.sources.problems import CHARACTERS, RELATION, Problem, Unreadable
from review.sources.rows import Row, Subject, encode

ROOT, DOCUMENT, JANUARY = "国税連携", "資料", "1月1日現在の住所"
BROKEN = "XMLとして読めません。ファイルが壊れていないか確かめてください。"
Read = tuple[int, Sequence[int], Row | list[Problem]]


def rows_of(file: BinaryIO, layout: Layout, tax_year: str) -> Iterator[Read]:
    """Yield number, nothing dropped, and the row or its problems; Unreadable where it ends."""
    parser = _parser(file)
    for number, element in _elements(parser):
        yield number, (), _row(element, tax_year)
    root = parser.root
    if root is None or root.tag != ROOT or root.get("様式") != layout.form:
        raise Unreadable(f"国税連携の様式「{layout.form}」ではありません。")


def documents_of(file: BinaryIO, wanted: Collection[int]) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the XML of these documents as they came, for a 回送."""
    for number, element in _elements(_parser(file)):
        if number in wanted:
            yield number, etree.tostring(element, encoding="utf-8", with_tail=False)


def file_of(documents: Iterable[bytes], layout: Layout) -> bytes:
    """Return a file of this form that holds these documents alone."""
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{ROOT} 様式="{layout.form}">'.encode()
    return b"".join([head, *documents, f"</{ROOT}>\n".encode()])


def address_of(document: bytes) -> str:
    """Return the address of 1 January that a document states, else the one of its day."""
    element = etree.fromstring(document, _safe())
    said = filing.read_xml(etree.tostring(element[0], encoding="utf-8"))
    return said.address_jan1 or said.filer.address


def _parser(file: BinaryIO) -> etree.iterparse:
    return etree.iterparse(
        file,
        events=("end",),
        tag=DOCUMENT,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )


def _safe() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _elements(parser: etree.iterparse) -> Iterator[tuple[int, etree._Element]]:
    """Yield the documents one by one; each is gone from memory when the next comes."""
    try:
        for number, (_event, element) in enumerate(parser, start=1):
            yield number, element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError:
        raise Unreadable(BROKEN) from None


def _row(element: etree._Element, tax_year: str) -> Row | list[Problem]:
    division, filed_on = element.get("提出区分", ""), element.get("提出日", "")
    if division not in ("0", "1", "2", "3") or len(element) != 1 or not _is_day(filed_on):
        return [Problem(RELATION, DOCUMENT, "提出区分、提出日と申告書1件が必要です。")]
    try:
        document = filing.read_xml(etree.tostring(element[0], encoding="utf-8"))
    except FilingError as error:
        return [Problem(CHARACTERS, error.field[:100] or DOCUMENT, error.message[:200])]
    if document.tax_year != tax_year:
        return [Problem(RELATION, "課税年度", "取込みの課税年度の申告書ではありません。")]
    if lives_elsewhere(document):
        message = "1月1日の住所がほかの市区町村です。回送してください。"
        return [Problem(RELATION, JANUARY, message)]
    return _made(document, int(division), filed_on)


def _made(document: Return, division: int, filed_on: str) -> Row:
    filer = document.filer
    content: dict[str, Any] = {
        "answers": filing.redact_answers(document.answers),
        "dependants": dependant_keys(document.answers),
        "filed_on": filed_on,
    }
    text = encode(content)
    return Row(
        division=division,
        subject=Subject(
            name=filer.name,
            kana=filer.kana,
            birth_date=filer.birth_date.isoformat(),
            sex=filer.sex,
            address=filer.address,
            number=filer.personal_number,
        ),
        content=text,
        amount=0,
        key=number_index(f"tax_return|{document.tax_year}|{filer.personal_number}").hex()[:32],
        digest=hashlib.blake2b(text.encode(), digest_size=16).hexdigest(),
    )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
