"""What a return says in each of its places: part and item → the text that a person reads there.

A part is "filer", "answers.spouse" or "answers.salaries.0"; a block that is itself a choice has the
item "". Each place is read whole, so that nothing counts as shown because it stands in something
else. The check page, which has the interview's own questions, is read in checked.py and placed.py.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from pypdfium2 import PdfDocument

from filing import Form, Group, Item, Return, load_form
from filing.eras import to_era
from filing.model import filer_values
from filing.numbers import mask_personal_number
from review.cases.presentation import blocks_of

Told = dict[tuple[str, str], str]
# What the resident's copy rightly says otherwise than the office, by type of item, and why.
HIDDEN = "****-****-****"  # A copy lies about at home: of a number it shows not even four digits.
LEFT_OUT = ""  # A box for an amount that may stay empty, and did: 0 says nothing, and fills a page.
FRAME = "欄項目内容"


def parts_of(form: Form, document: Return) -> Iterator[tuple[str, str, Group, Any]]:
    """Yield each part of the answers: its path, its title, its group and its value."""
    for group in form.groups:
        value, path = document.answers.get(group.code), f"answers.{group.code}"
        if value in (None, [], {}):
            continue
        if group.kind != "rows":
            yield path, group.label, group, value
            continue
        for place, entry in enumerate(value):
            yield f"{path}.{place}", f"{group.label} {place + 1}", group, entry


def of_document(document: Return) -> Told:
    """Return what the document says, each value in the words of the form."""
    form, filer = load_form(document.tax_year), filer_values(document)
    found = {("filer", item.code): wording(item, filer[item.code]) for item in form.filer.items}
    for part, _title, group, value in parts_of(form, document):
        if not group.items:
            codes = value if isinstance(value, list) else [value]
            found[part, ""] = "、".join(group.choices[code] for code in codes)
        for item in group.items:
            if value.get(item.code) not in (None, ""):
                found[part, item.code] = wording(item, value[item.code])
    return found


def wording(item: Item, value: Any) -> str:
    if item.type == "money":
        return f"{value:,}円"
    if item.type == "flag":
        return "該当する" if value else "該当しない"
    if item.type == "date":
        return to_era(date.fromisoformat(value))
    if item.type == "personal_number":
        return mask_personal_number(value)
    return item.choices[value] if item.choices else str(value)


def at_the_office(document: Return) -> Told:
    """Return what the case page shows: its template is a plain loop over these blocks."""
    form = load_form(document.tax_year)
    codes = {item.label: item.code for item in form.filer.items}
    named = {("filer", label): code for label, code in codes.items()}
    for part, _title, group, _value in parts_of(form, document):
        named |= {(part, item.label): item.code for item in group.items or ()}
        named |= {} if group.items else {(part, group.label): ""}
    return {
        (block.code, named[block.code, row.label]): (
            row.value if row.amount is None else f"{row.amount:,}円"
        )
        for block in blocks_of(document, [])
        for row in block.rows
    }


def for_the_resident(document: Return) -> Told:
    """Return what the copy of a document is to say: what the office reads, but for the table."""
    form = load_form(document.tax_year)
    groups = {part: group for part, _title, group, _value in parts_of(form, document)}
    told = of_document(document)
    for (part, code), text in of_document(document).items():
        items = form.filer.items if part == "filer" else groups[part].items
        item = next((item for item in items if item.code == code), None)
        if item and item.type == "personal_number":
            told[part, code] = HIDDEN
        elif item and item.type == "money" and item.optional and text == "0円":
            told[part, code] = LEFT_OUT
    return {place: text for place, text in told.items() if text or place[0] == "filer"}


def on_the_copy(content: dict[str, Any], document: Return) -> Told:
    """Return what is set in the resident's PDF."""
    form = load_form(document.tax_year)
    codes = {item.label: item.code for item in form.filer.items}
    found = {("filer", codes[row["label"]]): row["text"] for row in content["filer"]}
    titled = {title: (part, group) for part, title, group, _value in parts_of(form, document)}
    for block in content["blocks"]:
        part, group = titled[block["title"]]
        codes = {item.label: item.code for item in group.items} or {group.label: ""}
        for row in block["rows"]:
            yen = "円" if row["amount"] else ""
            found[part, codes[row["label"]]] = f"{row['text']}{yen}"
    return found


def lines_to_print(document: Return) -> list[str]:
    """Return the lines of a copy, title by title and row by row, without blanks."""
    form, told = load_form(document.tax_year), for_the_resident(document)
    lines = ["申告する人"]
    lines += [f"{item.label}{told['filer', item.code]}" for item in form.filer.items]
    lines.append("申告した内容")
    for part, title, group, _value in parts_of(form, document):
        rows = [
            f"{item.box}{item.label}{told[part, item.code]}"
            for item in group.items
            if (part, item.code) in told
        ]
        rows += [] if group.items else [f"{group.label}{told[part, '']}"]
        lines += [f"{title}({group.box})" if group.box else title, *rows] if rows else []
    return ["".join(line.split()) for line in lines]


def lines_printed(pdf: bytes, lines: list[str]) -> list[str]:
    """Return the text of a copy's rows, cut where `lines` have their ends as long as they agree.

    What does not agree is left at the end in one piece, and so is what is there beyond them.
    """
    foot = r"受付番号\d{4}-\d{7}-[A-Z]\d+/\d+"
    pages = (re.sub(f"^{foot}|{foot}$", "", page) for page in pages_of(pdf))
    text = "".join(pages).replace(FRAME, "")
    start = text.index(lines[0])
    following = ("いっしょに送った書類", "計算した欄", "マイナンバーは、")
    ends = [text.find(title, start) for title in following]
    rest, found = text[start : min(end for end in ends if end > 0)], []
    for line in lines:
        if not rest.startswith(line):
            break
        found.append(line)
        rest = rest.removeprefix(line)
    return found + ([rest] if rest else [])


def pages_of(pdf: bytes) -> Iterator[str]:
    """Yield the text of each page without blanks, as a reader takes it out of the window.

    By pdfium, as browsers do: pypdf passes over /ActualText, by which the PDF says that が was
    typed as two characters.
    """
    with PdfDocument(pdf) as document:
        for page in document:
            yield "".join(page.get_textpage().get_text_range().split())
