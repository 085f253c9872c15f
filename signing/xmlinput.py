"""Step 1, the bytes: size, encoding, no document type, no entity, no comment, no instruction."""

import re

from lxml import etree

from signing.errors import VerificationError

MAX_XML_BYTES = 2_000_000
MAX_DEPTH = 60
MAX_ELEMENTS = 40_000
# Compiled once and run inside libxml2: walking the tree in Python would cost more than the RSA.
_COMMENTS_AND_INSTRUCTIONS = etree.XPath("boolean(//comment() | //processing-instruction())")
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")
_TOO_MANY = etree.XPath(f"count(//*) > {MAX_ELEMENTS}")
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
    except (etree.XMLSyntaxError, ValueError) as error:
        text = str(error).lower()
        limit = any(word in text for word in ("limit", "depth", "too long", "too big"))
        reason = "XML_LIMIT_EXCEEDED" if limit else "XML_NOT_WELL_FORMED"
        raise VerificationError(reason) from error
    _check_nodes(root, xml)
    return root


def _check_encoding(xml: bytes) -> None:
    if xml[:3] == b"\xef\xbb\xbf" or xml[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise VerificationError("XML_ENCODING_FORBIDDEN", "byte order mark")
    if b"\x00" in xml[:4]:
        raise VerificationError("XML_ENCODING_FORBIDDEN", "wide characters")
    declared = _DECLARATION.match(xml)
    if declared and declared.group(1).upper() != b"UTF-8":
        raise VerificationError("XML_ENCODING_FORBIDDEN", "declared")
    try:
        xml.decode("utf-8")
    except UnicodeDecodeError as error:
        raise VerificationError("XML_ENCODING_FORBIDDEN", "not UTF-8") from error


def _check_nodes(root: etree._Element, xml: bytes) -> None:
    """Refuse what is neither element nor text, and trees too deep or too large."""
    if root.getroottree().docinfo.internalDTD is not None:
        raise VerificationError("XML_DTD_FORBIDDEN")
    # Neither exists without these bytes; where they stand in a text, the tree decides.
    suspicious = b"<!--" in xml or b"<?" in xml[1:]
    if suspicious and _COMMENTS_AND_INSTRUCTIONS(root):
        raise VerificationError("XML_COMMENT_OR_PI")
    if _TOO_DEEP(root) or (xml.count(b"<") > MAX_ELEMENTS and _TOO_MANY(root)):
        raise VerificationError("XML_LIMIT_EXCEEDED", "too deep or too many elements")
