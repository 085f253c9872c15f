"""Writes a return as XML (申告書の作成), byte-stable: same return, same bytes.

One element per item in the form's order, named by the item's code; no attributes, no Ids, so that
an enveloped signature fits as the last child of the root. An absent answer has no element.
"""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from .form import ROW, Form, Group, Item, Section, load_form
from .model import Return, filer_values, header_values
from .problems import FilingError
from .shape import shape_problems
from .values import write_value


def write_xml(document: Return) -> bytes:
    """Return the return as UTF-8 XML that its year's schema accepts.

    Raises FilingError(field, message) at the first item that the form cannot hold; whether the
    answers make sense together is for `validate` to say.
    """
    form = load_form(document.tax_year)
    for problem in shape_problems(document, form):
        raise FilingError(problem.field, problem.message)
    root = etree.Element(f"{{{form.namespace}}}{form.root}", nsmap=_default(form))
    _write_section(root, form, form.header, header_values(document))
    _write_section(root, form, form.filer, filer_values(document))
    for group in form.groups:
        if document.answers.get(group.code) is not None:
            _write_group(root, form, group, document.answers[group.code])
    etree.indent(root, space="  ")
    text = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return text + b"\n"


def _write_section(
    root: etree._Element, form: Form, section: Section, values: Mapping[str, Any]
) -> None:
    _write_items(_child(root, form, section.code), form, section.items, values)


def _write_group(root: etree._Element, form: Form, group: Group, value: Any) -> None:
    element = _child(root, form, group.code)
    if group.kind == "code":
        element.text = value
    elif group.kind == "record":
        _write_items(element, form, group.items, value)
    else:
        for row in value:
            child = _child(element, form, ROW)
            if group.kind == "codes":
                child.text = row
            else:
                _write_items(child, form, group.items, row)


def _write_items(
    parent: etree._Element, form: Form, items: tuple[Item, ...], values: Mapping[str, Any]
) -> None:
    for item in items:
        if values.get(item.code) is not None:
            _child(parent, form, item.code).text = write_value(item, values[item.code])


def _child(parent: etree._Element, form: Form, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{form.namespace}}}{name}")


def _default(form: Form) -> Any:
    """The form's namespace without a prefix; the type stubs do not know None as a prefix."""
    return {None: form.namespace}
