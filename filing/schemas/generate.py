"""Makes a year's XML schema (XMLスキーマ) from its form definition, so that there is one truth."""

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from filing.form import ROW, Form, Group, Item
from filing.values import (
    COUNT_PATTERN,
    DATE_PATTERN,
    MONEY_PATTERN,
    MUNICIPALITY_PATTERN,
    NUMBER_PATTERN,
    PHONE_PATTERN,
    TOKEN_PATTERN,
    UUID_PATTERN,
)

_PATTERNS = {
    "money": MONEY_PATTERN,
    "count": COUNT_PATTERN,
    "date": DATE_PATTERN,
    "personal_number": NUMBER_PATTERN,
    "municipality": MUNICIPALITY_PATTERN,
    "uuid": UUID_PATTERN,
    "token": TOKEN_PATTERN,
    "phone": PHONE_PATTERN,
    "flag": "true|false",
}

# What values.py refuses in texts, as far as XML can carry it at all, in the schema's own words.
_FORBIDDEN = (
    r"\p{Cc}&#x200E;&#x200F;&#x2028;-&#x202E;&#x2066;-&#x2069;"
    r"&#xFDD0;-&#xFDEF;&#xFEFF;&#xFFF9;-&#xFFFD;"
)


def generate(form: Form) -> str:
    """Return the XSD of a form (様式) as text; same form, same text."""
    children = [
        _sequence(form.header.code, form.header.label, form.header.items),
        _sequence(form.filer.code, form.filer.label, form.filer.items),
        *(_group(group) for group in form.groups),
        '<xs:element ref="ds:Signature" minOccurs="0"/>',
    ]
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- Made from forms/{form.tax_year.lower()}.toml by python -m filing.schemas; do not edit. -->
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
           xmlns:ds="http://www.w3.org/2000/09/xmldsig#"
           xmlns="{form.namespace}"
           targetNamespace="{form.namespace}"
           elementFormDefault="qualified">
  <xs:import namespace="http://www.w3.org/2000/09/xmldsig#" schemaLocation="signature.xsd"/>
{_indent([_container(form.root, form.title, children)], 2)}
</xs:schema>
"""


def _indent(blocks: list[str], depth: int) -> str:
    lines = "\n".join(blocks).splitlines()
    return "\n".join(" " * depth + line for line in lines)


def _element(name: str, label: str, occurs: str, body: list[str]) -> str:
    documentation = f"<xs:documentation>{escape(label)}</xs:documentation>"
    note = [f"<xs:annotation>{documentation}</xs:annotation>"] if label else []
    inside = _indent([*note, *body], 2)
    return f"<xs:element name={quoteattr(name)}{occurs}>\n{inside}\n</xs:element>"


def _container(name: str, label: str, blocks: list[str], occurs: str = "") -> str:
    sequence = ["<xs:sequence>", _indent(blocks, 2), "</xs:sequence>"]
    body = ["<xs:complexType>", _indent(sequence, 2), "</xs:complexType>"]
    return _element(name, label, occurs, body)


def _sequence(name: str, label: str, items: tuple[Item, ...], occurs: str = "") -> str:
    return _container(name, label, [_item(item) for item in items], occurs)


def _simple(name: str, label: str, facets: list[str], occurs: str) -> str:
    restriction = ['<xs:restriction base="xs:string">', _indent(facets, 2), "</xs:restriction>"]
    body = ["<xs:simpleType>", _indent(restriction, 2), "</xs:simpleType>"]
    return _element(name, label, occurs, body)


def _group(group: Group) -> str:
    absent = ' minOccurs="0"'
    if group.kind == "record":
        return _sequence(group.code, group.label, group.items, absent)
    if group.kind == "code":
        return _simple(group.code, group.label, _choices(group.choices), absent)
    many = f' minOccurs="0" maxOccurs="{group.max_rows or len(group.choices)}"'
    if group.kind == "codes":
        row = _simple(ROW, "", _choices(group.choices), many)
    else:
        row = _sequence(ROW, "", group.items, many)
    return _container(group.code, group.label, [row], absent)


def _item(item: Item) -> str:
    label = f"{item.label} ({item.box})" if item.box else item.label
    return _simple(item.code, label, _facets(item), ' minOccurs="0"' if item.optional else "")


def _facets(item: Item) -> list[str]:
    if item.type == "code":
        return _choices(item.choices) + (['<xs:enumeration value=""/>'] if item.empty else [])
    if item.type in _PATTERNS:
        pattern = _PATTERNS[item.type]
        return [_pattern(f"({pattern})?" if item.empty else pattern)]
    if item.type == "note":
        # Line breaks are the one control character that a longer explanation may hold.
        return [f'<xs:maxLength value="{item.max_length}"/>', _pattern(rf"([^{_FORBIDDEN}]|\n)*")]
    shortest = "0" if item.empty else "1"
    return [
        f'<xs:minLength value="{shortest}"/>',
        f'<xs:maxLength value="{item.max_length}"/>',
        _pattern(f"[^{_FORBIDDEN}]*"),
    ]


def _choices(choices: Mapping[str, str]) -> list[str]:
    return [f"<xs:enumeration value={quoteattr(choice)}/>" for choice in choices]


def _pattern(pattern: str) -> str:
    return f'<xs:pattern value="{pattern}"/>'
