"""Reads a return from XML (申告書の読取り), strictly: what the form does not know is refused.

No DTD, no entities, no comments, no processing instructions, no attributes, no second encoding;
bounded size. The signature is not looked at here: verify it before you believe what you read.
"""

import re
from datetime import date
from typing import Any

from lxml import etree

from .form import Form, Group, Item, Section, form_of_namespace
from .model import Answers, Return, from_values, signer_of
from .problems import FilingError
from .schemas import schema
from .shape import shape_problems
from .values import read_value

MAX_BYTES = 1024 * 1024
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_CLAIMED = ("name", "kana", "birth_date", "sex", "address", "address_jan1")
_NO_SUCH_DAY = "存在しない日付があります。年月日を確かめてください。"
_DECLARATION = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)[\"']")


def read_xml(data: bytes) -> Return:
    """Return the return that a document holds, signed or unsigned.

    Raises FilingError(field, message); the message never holds a value of the document.
    """
    root = parse(data)
    form = form_of_namespace(etree.QName(root).namespace or "")
    _check_schema(root, form)
    header = _read_section(root, form, form.header)
    filer = _read_section(root, form, form.filer)
    document = _build(header, filer, _read_answers(root, form))
    for problem in shape_problems(document, form):
        raise FilingError(problem.field, problem.message)
    return document


def parse(data: bytes) -> etree._Element:
    """Parse the bytes of a document (構文解析) with everything dangerous off or refused."""
    _check_bytes(data)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FilingError(
            "", "XMLとして読めません。ファイルが壊れていないか確かめてください。"
        ) from error
    _check_nodes(root)
    return root


def claims(root: etree._Element) -> dict[str, Any]:
    """Return what a document says of itself and its filer (本人照合に使う記載事項).

    Keys: tax_year, filing_id, version (int), challenge, prepared_on (date), purpose_version,
    municipality_code, name, kana, birth_date (date), sex, address, address_jan1, signer (Signer:
    the filer or the agent); never the 個人番号. `root` is the parsed document, of any year; raises
    FilingError where it does not fit the schema of its year.
    """
    form = form_of_namespace(etree.QName(root).namespace or "")
    _check_nodes(root)
    _check_schema(root, form)
    header = _read_section(root, form, form.header)
    filer = _read_section(root, form, form.filer)
    found = header | {name: filer[name] for name in _CLAIMED}
    try:
        return found | {
            "birth_date": date.fromisoformat(filer["birth_date"]),
            "prepared_on": date.fromisoformat(header["prepared_on"]),
            "signer": signer_of(filer, _read_agent(root, form)),
        }
    except ValueError as error:
        raise FilingError("", _NO_SUCH_DAY) from error


def _read_agent(root: etree._Element, form: Form) -> dict[str, Any]:
    element = root.find(f"{{{form.namespace}}}agent")
    return {} if element is None else _read_items(element, form, form.group("agent").items)


def _check_bytes(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise FilingError("", "申告書のファイルが大きすぎます。")
    if data[:3] == b"\xef\xbb\xbf" or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise FilingError("", "文字コードはUTF-8(BOMなし)にしてください。")
    declared = _DECLARATION.match(data)
    if declared and declared.group(1).upper() != b"UTF-8":
        raise FilingError("", "文字コードはUTF-8(BOMなし)にしてください。")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise FilingError("", "DTDや実体宣言のある文書は受け付けません。")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FilingError("", "文字コードはUTF-8(BOMなし)にしてください。") from error


def _check_nodes(root: etree._Element) -> None:
    """Refuse nodes that split or hide text, and attributes outside the signature."""
    beside = [*root.itersiblings(), *root.itersiblings(preceding=True)]
    if beside or any(not isinstance(node.tag, str) for node in root.iter()):
        raise FilingError("", "コメント・処理命令・実体参照のある文書は受け付けません。")
    for element in (
        root,
        *(node for child in root if child.tag != SIGNATURE for node in child.iter()),
    ):
        if element.attrib:
            raise FilingError("", "属性のある要素は受け付けません。")


def _check_schema(root: etree._Element, form: Form) -> None:
    # A schema object keeps its last errors, so two threads could read each other's: only the yes
    # or no is used, and the place is found by our own shape check where it can be.
    if not schema(form.tax_year).validate(root):
        raise FilingError("", f"{form.title}の様式に合わない文書です。作成し直してください。")


def _read_section(root: etree._Element, form: Form, section: Section) -> dict[str, Any]:
    element = root.find(f"{{{form.namespace}}}{section.code}")
    if element is None:
        raise FilingError("", "申告書の管理欄か申告者欄が足りません。")
    return _read_items(element, form, section.items)


def _read_items(parent: etree._Element, form: Form, items: tuple[Item, ...]) -> dict[str, Any]:
    found = {}
    for item in items:
        child = parent.find(f"{{{form.namespace}}}{item.code}")
        if child is not None:
            found[item.code] = read_value(item, child.text or "")
    return found


def _read_answers(root: etree._Element, form: Form) -> Answers:
    answers: Answers = {}
    for group in form.groups:
        element = root.find(f"{{{form.namespace}}}{group.code}")
        if element is not None:
            answers[group.code] = _read_group(element, form, group)
    return answers


def _read_group(element: etree._Element, form: Form, group: Group) -> Any:
    if group.kind == "code":
        return element.text or ""
    if group.kind == "record":
        return _read_items(element, form, group.items)
    if group.kind == "codes":
        return [child.text or "" for child in element]
    return [_read_items(child, form, group.items) for child in element]


def _build(header: dict[str, Any], filer: dict[str, Any], answers: Answers) -> Return:
    try:
        return from_values(header, filer, answers)
    except ValueError as error:
        raise FilingError("filer.birth_date", _NO_SUCH_DAY) from error
