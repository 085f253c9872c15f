"""Step 1, the bytes: size, encoding, no document type, no entity, no comment, no instruction."""

import re

from lxml import etree

from signing.errors import VerificationError

MAX_XML_BYTES = 2_000_000
MAX_DEPTH = 60
MAX_ELEMENTS = 40_000
_DECLARATION = re.compile(rb"^<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


def parse(xml: bytes) -> etree._Element:
    """Return the root of a document that holds nothing but elements and text."""
    if len(xml) > MAX_XML_BYTES:
        raise VerificationError("XML_LIMIT_EXCEEDED", "larger than 2 MB")
    _check_encoding(xml)
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise VerificationError("XML_DTD_FORBIDDEN")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        limit = "limit" in str(error).lower() or "depth" in str(error).lower()
        reason = "XML_LIMIT_EXCEEDED" if limit else "XML_NOT_WELL_FORMED"
        raise VerificationError(reason) from error
    _check_nodes(root)
    return root


def _check_encoding(xml: bytes) -> None:
    if xml[:3] == b"\xef\xbb\xbf" or xml[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise VerificationError("XML_ENCODING_FORBIDDEN", "byte order mark")
    declared = _DECLARATION.match(xml)
    if declared and declared.group(1).upper() != b"UTF-8":
        raise VerificationError("XML_ENCODING_FORBIDDEN", "declared")
    try:
        xml.decode("utf-8")
    except UnicodeDecodeError as error:
        raise VerificationError("XML_ENCODING_FORBIDDEN", "not UTF-8") from error
    if b"\x00" in xml:
        raise VerificationError("XML_ENCODING_FORBIDDEN", "NUL")


def _check_nodes(root: etree._Element) -> None:
    tree = root.getroottree()
    if tree.docinfo.doctype:
        raise VerificationError("XML_DTD_FORBIDDEN")
    outside = [*root.itersiblings(preceding=True), *root.itersiblings()]
    if outside:
        raise VerificationError("XML_COMMENT_OR_PI")
    depth = count = 0
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            raise VerificationError("XML_COMMENT_OR_PI")
        if not isinstance(node.tag, str):
            raise VerificationError("XML_DTD_FORBIDDEN", "entity reference")
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            raise VerificationError("XML_LIMIT_EXCEEDED")
